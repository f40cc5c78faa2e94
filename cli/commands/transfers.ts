import { basename, posix } from "node:path";
import { Option } from "commander";
import { archiveFormat } from "#contracts/transfer";
import { Failure } from "../failure";
import { fetchTo } from "../files/fetch";
import { isFolder, pathOf } from "../files/paths";
import { openProgress } from "../files/progress";
import { readAll, sendAll } from "../files/send";
import { type Done, tellDone, waitForEnd } from "../files/transfers";
import { megabytes } from "../output";
import { type ConflictOptions, conflictOf, withConflict } from "./conflict";
import type { Add, Open } from "./files";

const formats = archiveFormat.options;
const ENDINGS = `${formats
  .slice(0, -1)
  .map((format) => `.${format}`)
  .join(", ")} or .${formats.at(-1)}`;

/** files upload, download, pull, extract, pack. */
export function addTransferCommands(add: Add, open: Open): void {
  withConflict(add("upload", "send files and folders of this machine; run it again to resume"))
    .argument("<paths...>", "files and folders")
    .option("--to <folder>", "the folder there", "")
    .action(async (word: string, paths: string[], options: ConflictOptions & { to: string }) => {
      const { client, output, botId } = await open(word);
      const progress = openProgress("upload", output.json);
      const sending = { botId, to: pathOf(options.to), conflict: conflictOf(options) };
      const sum: Done = { state: "done", placed: 0, skipped: 0, failed: [] };
      try {
        for await (const view of sendAll(client, sending, await readAll(paths), progress)) {
          const { done } = await waitForEnd(client, botId, view, progress);
          sum.placed += done.placed;
          sum.skipped += done.skipped;
          sum.failed.push(...done.failed);
        }
      } finally {
        progress.end();
      }
      tellDone(output, sending.to || ".", sum, { to: sending.to });
    });

  add("download", "fetch a file, resuming where it stopped, or a folder as an archive")
    .argument("<path>", "the file or folder")
    .option("-o, --output <file>", "where to")
    .addOption(formatOption)
    .action(async (word: string, path: string, options: { output?: string; format: string }) => {
      const { client, output, botId } = await open(word);
      const asked = pathOf(path);
      const packed = asked === "" || (await isFolder(client, botId, asked));
      const name = nameFor(posix.basename(asked) || word);
      const file = options.output ?? (packed ? `${name}.${options.format}` : name);
      const progress = openProgress(file, output.json);
      const { bytes } = await fetchTo(
        file,
        packed
          ? { path: `/v1/bots/${botId}/files/archive`, query: { folder: asked, format: options.format } }
          : { path: `/v1/bots/${botId}/files/download`, query: { path: asked } },
        progress,
      );
      output.result({ file, bytes }, () => [`${file}: ${megabytes(bytes)}`]);
    });

  withConflict(add("pull", "let the panel fetch a file from an https address"))
    .argument("<url>", "the address, without user and password")
    .option("--to <folder>", "the folder it goes to", "")
    .option("--name <name>", "what it is called there; otherwise its server or the address says")
    .action(async (word: string, url: string, options: ConflictOptions & { to: string; name?: string }) => {
      const { client, output, botId } = await open(word);
      const { name } = options;
      const asked = { botId, url, to: pathOf(options.to), conflict: conflictOf(options), ...(name && { name }) };
      const begun = await client.transfers.pull(asked);
      const { view, done } = await waitForEnd(client, botId, begun, openProgress("pull", output.json));
      const path = [asked.to, view.name].filter(Boolean).join("/");
      tellDone(output, path, done, { path });
    });

  withConflict(add("extract", "unpack a zip, tar, tar.gz or tar.zst among its files: all of it or nothing"))
    .argument("<path>", "the archive")
    .option("--to <folder>", "the folder it goes to", "")
    .option("--dry-run", "only say what is in it")
    .action(async (word: string, path: string, options: ConflictOptions & { to: string }) => {
      const { client, output, botId, dryRun } = await open(word);
      const asked = { botId, path: pathOf(path), to: pathOf(options.to) };
      if (dryRun)
        return output.result(await client.transfers.preview(asked), ({ entries, files, bytes, taken }) => [
          ...entries.map((entry) => entry.path),
          `${files} files, ${megabytes(bytes)}`,
          ...(taken === null ? [] : [`“${taken}” is there already.`]),
        ]);
      const begun = await client.transfers.extract({ ...asked, conflict: conflictOf(options) });
      const { done } = await waitForEnd(client, botId, begun, openProgress("extract", output.json));
      tellDone(output, asked.path, done, { to: asked.to });
    });

  withConflict(add("pack", "pack things of one folder into an archive among its files"))
    .argument("<archive>", `its path, ending in ${ENDINGS}`)
    .argument("<paths...>", "what to pack; all from one folder")
    .action(async (word: string, archive: string, paths: string[], options: ConflictOptions) => {
      const format = formats.find((one) => archive.endsWith(`.${one}`));
      if (!format) throw Failure.use(`The archive's name ends in ${ENDINGS}.`);
      const { client, output, botId } = await open(word);
      const asked = { botId, path: pathOf(archive), format, conflict: conflictOf(options) } as const;
      const begun = await client.transfers.pack({ ...asked, selection: selectionOf(paths.map(pathOf)) });
      const { done } = await waitForEnd(client, botId, begun, openProgress("pack", output.json));
      tellDone(output, asked.path, done, { path: asked.path });
    });
}

const formatOption = new Option("--format <format>", "how a folder is packed").choices(formats).default("tar.gz");

/** Things of one folder, as the API has them. The bot's folder itself is all that lies in it. Exit 2 for things of several. */
function selectionOf(paths: readonly string[]): { folder: string; names: string[] } {
  if (paths.length === 1 && paths[0] === "") return { folder: "", names: [] };
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  const [folder = "."] = folders;
  if (folders.size > 1 || paths.includes("")) throw Failure.use("Name things that lie in one folder.");
  return { folder: folder === "." ? "" : folder, names: paths.map((path) => posix.basename(path)) };
}

/** A name from elsewhere as a file of this machine: no path, and nothing hidden. */
const nameFor = (name: string): string => basename(name.replace(/[\\/\0]/g, "_")).replace(/^\.+/, "_");
