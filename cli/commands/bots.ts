import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Context } from "../context";
import { agreeByName } from "../input";
import { duration, megabytes, table } from "../output";
import { namesAndValues, summarize } from "../summary";

/** list, info, status, delete. */
export function addBotCommands(program: Program, context: Context): void {
  program
    .command("list")
    .description("every bot you may see")
    .action(async () => {
      const { client, output } = context();
      const { bots } = await client.bots.list();
      output.result({ bots: bots.map(summarize) }, (value) =>
        value.bots.length === 0
          ? ["No bots yet. botyard create --template demo-js creates one."]
          : table(
              ["NAME", "ID", "STATE", "UPTIME", "RESTARTS", "CPU", "MEMORY"],
              value.bots.map((bot) => [
                bot.name,
                bot.id,
                bot.state,
                bot.state === "running" && bot.since ? duration(Date.now() - bot.since) : "–",
                bot.restarts === null ? "–" : String(bot.restarts),
                bot.cpu === null ? "–" : `${bot.cpu.toFixed(0)} %`,
                bot.memory === null ? "–" : megabytes(bot.memory),
              ]),
            ),
      );
    });

  program
    .command("info")
    .argument("<bot>", "name or id")
    .description("everything about one bot")
    .action(async (word: string) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      output.result({ ...summarize(bot), settings: bot.settings, budget: bot.live?.budget ?? null }, (value) =>
        namesAndValues(value),
      );
    });

  program
    .command("status")
    .argument("[bot]", "name or id; without one, the panel itself")
    .description("state of a bot in one line, or health of the panel")
    .action(async (word?: string) => {
      const { client, output } = context();
      if (word === undefined) {
        const health = await client.panel.health();
        output.result(health, (value) => [
          `${value.status}: web ${mark(value.web)}, worker ${mark(value.worker)}, database ${mark(value.database)}`,
        ]);
        if (health.status !== "ok") process.exitCode = 1;
        return;
      }
      const bot = summarize(await findBot(client, word));
      output.result(bot, (value) => [`${value.name}: ${value.state}${value.why ? `. ${value.why}` : ""}`]);
    });

  program
    .command("delete")
    .argument("<bot>", "name or id")
    .option("--yes", "do not ask")
    .description("stop a bot and delete it with its files")
    .action(async (word: string, { yes }) => {
      const { client, output, dryRun } = context();
      const bot = await findBot(client, word);
      if (!yes && !dryRun)
        await agreeByName(
          `This deletes “${bot.name}” and its files.`,
          bot.name,
          "This deletes the bot and its files. Say --yes to do this without being asked.",
        );
      await client.bots.delete({ botId: bot.id });
      output.result({ id: bot.id, name: bot.name, deleted: true }, (value) => [`${value.name}: deleted`]);
    });
}

const mark = (ok: boolean): string => (ok ? "ok" : "away");
