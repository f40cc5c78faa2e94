import type { Command as Program } from "commander";
import { runtimeName, TOKEN_KEY } from "#contracts/bot";
import type { Context } from "../context";
import type { Origin } from "../create/bring";
import { makeBot } from "../create/make";
import { askHidden, readStdin } from "../input";

type Options = {
  name?: string;
  entrypoint?: string;
  runtime?: string;
  dbUri?: string;
  branch?: string;
  tokenStdin?: boolean;
  start?: boolean;
};

/** The variable that a bot reads the address of its database from. */
const DB_KEY = "BOT_DB_URI";

/** ingest-github and add-local, named and asked as botmanagussy did, for whoever comes from it. */
export function addIngestCommands(program: Program, context: Context): void {
  const make = async (origin: Origin, name: string | undefined, options: Options) => {
    const token = options.tokenStdin ? await readStdin("the token") : await askHidden(`${TOKEN_KEY} (empty for none)`);
    const { entrypoint: entry, runtime, dbUri, start } = options;
    const env = dbUri === undefined ? [] : [{ key: DB_KEY, value: dbUri, secret: true }];
    await makeBot(context(), { ...origin, name, entry, runtime, token: token || undefined, env, start });
  };
  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--entrypoint <file>", "entry file; otherwise detected")
      .option("--runtime <runtime>", `${runtimeName.options.join(" or ")}; otherwise detected`)
      .option("--db-uri <uri>", `address of its own database, kept as the secret ${DB_KEY}`)
      .option("--token-stdin", "read its Discord token from standard input; otherwise a terminal is asked for it")
      .option("--start", "start it, and wait until it runs");

  add("ingest-github", "create a bot from a git repository")
    .argument("<url>", "address of the repository")
    .option("--name <name>", "its name; otherwise the repository's")
    .option("--branch <name>", "branch of the repository")
    .action((url: string, options: Options) => make({ git: url, branch: options.branch }, options.name, options));
  add("add-local", "create a bot that runs in a folder of the server (admins)")
    .argument("<name>", "its name")
    .argument("<path>", "the folder")
    .action((name: string, path: string, options: Options) => make({ path }, name, options));
}
