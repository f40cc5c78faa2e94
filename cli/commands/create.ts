import { open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Option, type Command as Program } from "commander";
import { runtimeName } from "#contracts/bot";
import { CHUNK_BYTES, type ImportRequest, type ImportView } from "#contracts/import";
import { waitFor } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { readStdin } from "../input";
import { plain, summarize } from "../output";

type Options = {
  template?: string;
  git?: string;
  branch?: string;
  zip?: string;
  path?: string;
  name?: string;
  runtime?: string;
  entry?: string;
  tokenStdin?: boolean;
  env: string[];
  start?: boolean;
};

/** create, from a template, a git address, a zip or a folder of the server. */
export function addCreateCommand(program: Program, context: Context): void {
  const only = (option: Option, ...others: string[]) => option.conflicts(others);
  program
    .command("create")
    .description("make a bot")
    .addOption(only(new Option("--template <id>", "from a template"), "git", "zip", "path"))
    .addOption(only(new Option("--git <address>", "from a git repository, https"), "template", "zip", "path"))
    .option("--branch <name>", "branch of the repository")
    .addOption(only(new Option("--zip <file>", "from a zip on this machine"), "template", "git", "path"))
    .addOption(
      only(
        new Option("--path <folder>", "run a folder of the server where it lies (admins)"),
        "template",
        "git",
        "zip",
      ),
    )
    .option("--name <name>", "its name; otherwise what the files suggest")
    .option("--runtime <runtime>", `${runtimeName.options.join(" or ")}; otherwise detected`)
    .option("--entry <file>", "entry file; otherwise detected")
    .option("--token-stdin", "read its Discord token from standard input")
    .option("--env <KEY=VALUE>", "a variable; may be repeated", (one: string, all: string[]) => [...all, one], [])
    .option("--start", "start it, and wait until it runs")
    .action(async (options: Options) => {
      const { client, output } = context();
      const env = options.env.map(pair);
      const token = options.tokenStdin ? await readStdin("the token") : undefined;
      const view = await bring(client, options);
      if (view.status.state !== "ready") throw new Failure("import_failed", "The import did not become ready.", 1);
      const found = view.status.detection;
      const cancel = async (why: Failure) => {
        await client.imports.cancel({ importId: view.id });
        throw why;
      };
      const entry = options.entry ?? found.entry;
      const runtime = runtimeName.safeParse(
        options.runtime ?? found.entries.find((one) => one.path === entry)?.runtime ?? found.runtime,
      );
      if (!entry) return cancel(Failure.use("No entry file was found. Name it with --entry."));
      if (!runtime.success)
        return cancel(Failure.use(`Say what runs it: --runtime ${runtimeName.options.join(" or ")}.`));
      const name = options.name ?? found.name ?? basename(entry);
      const made = await client.bots
        .create({ importId: view.id, name, runtime: runtime.data, entry, token, env, start: options.start ?? false })
        .catch(async (error: unknown) => {
          await client.imports.cancel({ importId: view.id }).catch(() => undefined);
          throw error;
        });
      const bot = options.start ? await waitFor(client, made.id, ["running"], 600_000) : made;
      output.result({ ...summarize(bot), warnings: found.warnings }, (value) => [
        `${plain(value.name)} (${value.id}): ${value.state}`,
        ...value.warnings.map((one) => `note: ${plain(one)}`),
      ]);
    });
}

const pair = (text: string) => {
  const at = text.indexOf("=");
  if (at < 1) throw Failure.use(`--env takes KEY=VALUE, not “${plain(text)}”.`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
};

async function bring(client: Client, options: Options): Promise<ImportView> {
  const view = options.zip ? await upload(client, options.zip) : await client.imports.create(request(options));
  let now = view;
  while (now.status.state === "working") {
    await sleep(200);
    now = await client.imports.get({ importId: view.id });
  }
  if (now.status.state === "failed") throw new Failure(now.status.code, now.status.message, 1);
  return now;
}

function request(options: Options): ImportRequest {
  if (options.template) return { kind: "template", template: options.template };
  if (options.git) return { kind: "git", url: options.git, branch: options.branch };
  if (options.path) return { kind: "folder", path: resolve(options.path) };
  throw Failure.use("Say where the bot comes from: --template, --git, --zip or --path.");
}

async function upload(client: Client, file: string): Promise<ImportView> {
  const { size } = await stat(file).catch(() => {
    throw Failure.use(`There is no readable file ${plain(file)}.`);
  });
  let view = await client.imports.create({ kind: "upload", files: [{ path: basename(file), size }] });
  const importId = view.id;
  const handle = await open(file);
  try {
    for (let offset = 0; offset < size; offset += CHUNK_BYTES) {
      const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, size - offset));
      await handle.read(bytes, 0, bytes.length, offset);
      view = await client.imports.chunk({ params: { importId, file: 0 }, query: { offset }, body: new Blob([bytes]) });
      if (process.stderr.isTTY) process.stderr.write(`\r${Math.round((100 * (offset + bytes.length)) / size)} %`);
    }
    if (process.stderr.isTTY && size > 0) process.stderr.write("\r     \r");
    return await client.imports.finish({ importId });
  } catch (error) {
    await client.imports.cancel({ importId }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}
