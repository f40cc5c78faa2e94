import { Option, type Command as Program } from "commander";
import { runtimeName } from "#contracts/bot";
import type { Context } from "../context";
import type { Origin } from "../create/bring";
import { makeBot } from "../create/make";
import { Failure } from "../failure";
import { readStdin } from "../input";

type Options = Origin & {
  name?: string;
  runtime?: string;
  entry?: string;
  tokenStdin?: boolean;
  env?: string[];
  start?: boolean;
};

/** create, from a template, a git address, a zip or a folder of the server. */
export function addCreateCommand(program: Program, context: Context): void {
  const only = (option: Option, ...others: string[]) => option.conflicts(others);
  program
    .command("create")
    .description("create a bot")
    .addOption(only(new Option("--template <id>", "from a template"), "git", "zip", "path"))
    .addOption(only(new Option("--git <address>", "from a git repository, by https or ssh"), "template", "zip", "path"))
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
    .option("--env <KEY=VALUE>", "a variable; may be repeated", (one: string, all: string[] = []) => [...all, one])
    .option("--start", "start it, and wait until it runs")
    .action(async (options: Options) => {
      const env = (options.env ?? []).map(pair);
      const token = options.tokenStdin ? await readStdin("the token") : undefined;
      await makeBot(context(), { ...options, token, env });
    });
}

const pair = (text: string) => {
  const at = text.indexOf("=");
  if (at < 1) throw Failure.use(`--env takes KEY=VALUE, not “${text}”.`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
};
