import { InvalidArgumentError, Option, type Command as Program } from "commander";
import { EDIT_BYTES, type FileContent, type FileEntry, type FileResult, fileOrder } from "#contracts/files";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { pathOf, placeOf } from "../files/paths";
import { tellResults } from "../files/results";
import { octal, rowOf } from "../files/rows";
import { putText, readLocal } from "../files/text";
import { megabytes, table } from "../output";
import { type ConflictOptions, conflictOf, withConflict } from "./conflict";
import { addSearchCommands } from "./file-search";
import { addTransferCommands } from "./transfers";
import { addTrashCommands } from "./trash";

/** Things that one question names, and rows that one answer has, at most. */
const AT_ONCE = 1_000;

/** Begins a command of `files`; its first argument is the bot. */
export type Add = (name: string, description: string) => Program;
/** What a command needs, with the bot that was named. */
export type Open = (word: string) => Promise<ReturnType<Context> & { botId: string }>;

/** files ls, cat, put, mkdir, mv, cp, rm, chmod, usage. */
export function addFileCommands(program: Program, context: Context): void {
  const files = program.command("files").description("a bot's files; paths are relative to its folder");
  const add: Add = (name, description) => files.command(name).argument("<bot>", "name or id").description(description);
  const open: Open = async (word) => {
    const asked = context();
    return { ...asked, botId: (await findBot(asked.client, word)).id };
  };

  add("ls", "list a folder")
    .argument("[path]", "the folder", "")
    .addOption(new Option("--sort <order>", "by what").choices(fileOrder.options).default("name"))
    .option("--desc", "the other way round")
    .action(async (word: string, path: string, options: { sort: string; desc?: boolean }) => {
      const { client, output, botId } = await open(word);
      const order = fileOrder.parse(options.sort);
      const entries = await readFolder(client, {
        botId,
        path: pathOf(path),
        order,
        descending: String(!!options.desc),
      });
      output.result({ path: pathOf(path), entries }, (value) =>
        table(["MODE", "BYTES", "CHANGED", "NAME"], value.entries.map(rowOf)),
      );
    });

  add("cat", "print a text file; on a terminal, without control characters")
    .argument("<path>", "the file")
    .option("--version <id>", "an earlier content, see files history")
    .action(async (word: string, path: string, options: { version?: string }) => {
      const { client, output, botId } = await open(word);
      const asked = { botId, path: pathOf(path) };
      const found: Pick<FileContent, "text" | "why"> = options.version
        ? await client.files.version({ ...asked, versionId: options.version })
        : await client.files.read(asked);
      const { text } = found;
      if (text === null && !output.json) throw Failure.of("file_not_text", `“${path}” ${whyNot(found)}.`);
      output.verbatim(found, () => text ?? "");
    });

  add("put", "save a text file of this machine as a new file or over an old one")
    .argument("<file>", "the file on this machine, - for standard input")
    .argument("<path>", "the file there, or a folder")
    .option("--etag <etag>", "only over the content of this etag, as cat --json told it")
    .action(async (word: string, file: string, path: string, { etag }: { etag?: string }) => {
      const text = await readLocal(file);
      const { client, output, botId } = await open(word);
      const { text: _, ...saved } = await putText(client, botId, { file, word: path, text, etag });
      output.result(saved, (value) => [`${value.path}: saved, ${value.size} bytes`]);
    });

  add("mkdir", "create folders")
    .argument("<paths...>", "the folders")
    .action(async (word: string, paths: string[]) => {
      const { client, output, botId } = await open(word);
      for (const path of paths) await client.files.makeFolder({ botId, path: pathOf(path) });
      output.result({ made: paths.map(pathOf) }, (value) => value.made.map((path) => `${path}: created`));
    });

  for (const [name, copy, description] of [
    ["mv", false, "move or rename"],
    ["cp", true, "copy; folders with everything in them"],
  ] as const)
    withConflict(add(name, description))
      .argument("<paths...>", "what, and at the end where to: a folder, or a new name")
      .action(async (word: string, paths: string[], options: ConflictOptions) => {
        const to = paths.at(-1);
        const from = paths.slice(0, -1).map(pathOf);
        if (to === undefined || from.length === 0) throw Failure.use("Name what, and then where to.");
        const { client, output, botId } = await open(word);
        const asked = { botId, ...(await placeOf(client, botId, from, to)), copy, conflict: conflictOf(options) };
        tellResults(output, await inParts(from, (part) => client.files.move({ ...asked, from: part })));
      });

  add("rm", "move to the trash, where things stay for 7 days")
    .argument("<paths...>", "files and folders")
    .action(async (word: string, paths: string[]) => {
      const { client, output, botId } = await open(word);
      tellResults(output, await inParts(paths.map(pathOf), (part) => client.files.remove({ botId, paths: part })));
    });

  add("chmod", "change permission bits")
    .argument("<mode>", "such as 644 or 755", bits)
    .argument("<paths...>", "files and folders")
    .action(async (word: string, mode: number, paths: string[]) => {
      const { client, output, botId } = await open(word);
      for (const path of paths) await client.files.setMode({ botId, path: pathOf(path), mode });
      output.result({ mode, paths: paths.map(pathOf) }, (value) =>
        value.paths.map((path) => `${path}: ${octal(value.mode)}`),
      );
    });

  addTrashCommands(add, open);
  addSearchCommands(add, open);
  addTransferCommands(add, open);

  add("usage", "how much disk space its files take, and how much they may").action(async (word: string) => {
    const { client, output, botId } = await open(word);
    output.result(await client.files.usage({ botId }), ({ bytes, files: count, maxBytes, maxFiles }) => [
      `${megabytes(bytes)}${maxBytes ? ` of ${megabytes(maxBytes)}` : ""}`,
      `${count}${maxFiles ? ` of ${maxFiles}` : ""} files`,
    ]);
  });
}

type Folder = Pick<Parameters<Client["files"]["list"]>[0], "botId" | "path" | "order" | "descending">;

/** All rows of a folder, a page at a time; one that changes meanwhile may show a row twice or not at all. */
async function readFolder(client: Client, folder: Folder): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for (;;) {
    const page = await client.files.list({ ...folder, offset: entries.length, limit: AT_ONCE });
    entries.push(...page.entries);
    if (page.entries.length === 0 || entries.length >= page.total) return entries;
  }
}

const whyNot = ({ why }: Pick<FileContent, "why">): string =>
  why === "large" ? `has more than ${EDIT_BYTES / 1024 / 1024} MB, the most that is read as text` : "is no text";

async function inParts(
  paths: readonly string[],
  ask: (part: string[]) => Promise<{ results: FileResult[] }>,
): Promise<FileResult[]> {
  const results: FileResult[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE)
    results.push(...(await ask(paths.slice(at, at + AT_ONCE))).results);
  return results;
}

function bits(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) throw new InvalidArgumentError("Give three digits from 0 to 7, such as 644.");
  return Number.parseInt(text, 8);
}
