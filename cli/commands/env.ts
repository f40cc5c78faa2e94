import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Context } from "../context";
import { Failure } from "../failure";
import { readStdin } from "../input";
import { addEnvImport } from "./env-import";

/** env list, set, unset, import, export, reveal. */
export function addEnvCommands(program: Program, context: Context): void {
  const env = program.command("env").description("a bot's variables");
  env
    .command("list")
    .argument("<bot>", "name or id")
    .description("names and values, but no values of secrets")
    .action(async (word: string) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      output.result(await client.env.list({ botId: bot.id }), ({ variables }) =>
        variables.map((one) => `${one.key}=${one.secret ? "(secret)" : (one.value ?? "")}`),
      );
    });
  env
    .command("set")
    .argument("<bot>", "name or id")
    .argument("<key>", "name of the variable, or KEY=VALUE")
    .argument("[value]", "left out: read from standard input, so that a secret is in no process list")
    .option("--secret", "seal it: only who may reveal secrets sees it again")
    .description("set a variable, for the next start")
    .action(async (word: string, key: string, value: string | undefined, options: { secret?: boolean }) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      const pair = value === undefined ? /^([^=]+)=(.*)$/s.exec(key) : null;
      const name = pair?.[1] ?? key;
      const text = value ?? pair?.[2] ?? (await readStdin("the value"));
      const set = await client.env.set({ botId: bot.id, key: name, value: text, secret: options.secret });
      output.result(set, (one) => [`${one.key} is set${one.secret ? " (secret)" : ""}. Restart the bot to apply it.`]);
    });
  env
    .command("unset")
    .argument("<bot>", "name or id")
    .argument("<key>", "name of the variable")
    .description("remove a variable")
    .action(async (word: string, key: string) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      const { variables } = await client.env.list({ botId: bot.id });
      if (!variables.some((one) => one.key === key)) throw Failure.of("not_found", `The bot has no variable “${key}”.`);
      await client.env.unset({ botId: bot.id, key });
      output.result({ key, removed: true }, () => [`${key} is removed.`]);
    });
  env
    .command("reveal")
    .argument("<bot>", "name or id")
    .argument("<key>", "name of the variable")
    .description("print a secret in the clear; this is recorded in the bot's activity")
    .action(async (word: string, key: string) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      output.verbatim(await client.env.reveal({ botId: bot.id, key }), ({ value }) => `${value}\n`);
    });
  env
    .command("export")
    .argument("<bot>", "name or id")
    .description("print all as a .env file, secrets in the clear; this is recorded, too")
    .action(async (word: string) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      output.verbatim(await client.env.export({ botId: bot.id }), ({ text }) => text);
    });
  addEnvImport(env, context);
}
