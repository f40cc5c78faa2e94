import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Context } from "../context";

/** send. */
export function addConsoleCommands(program: Program, context: Context): void {
  program
    .command("send")
    .argument("<bot>", "name or id")
    .argument("<text...>", "what to type, a newline is added")
    .description("type a line into a bot's input")
    .action(async (word: string, text: string[]) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      await client.log.send({ botId: bot.id, text: text.join(" ") });
      output.result({ id: bot.id, sent: true }, () => []);
    });
}
