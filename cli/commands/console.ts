import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError, type Command as Program } from "commander";
import type { LogLine, LogPage } from "#contracts/log";
import { findBot } from "../bots";
import type { Context } from "../context";
import { duration, plain } from "../output";

const FOLLOW_MS = 500;

/** logs, send. */
export function addConsoleCommands(program: Program, context: Context): void {
  program
    .command("logs")
    .argument("<bot>", "name or id")
    .option("-f, --follow", "go on as lines come")
    .option("-n, --lines <count>", "how many of the newest lines", wholeNumber, 100)
    .option("--install", "the log of installing its dependencies")
    .description("what it printed; with --json one JSON object a line")
    .action(async (word: string, options: { follow?: boolean; lines: number; install?: boolean }) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      const source = options.install ? "install" : "console";
      const print = (page: LogPage) => {
        for (const line of page.lines) process.stdout.write(`${output.json ? JSON.stringify(line) : person(line)}\n`);
      };
      let page = await client.log.read({ botId: bot.id, source, limit: Math.max(1, options.lines) });
      if (options.lines > 0) print(page);
      let end = page.end;
      while (options.follow) {
        if (page.lines.length < 500) await sleep(FOLLOW_MS);
        const after = end ? `${end.run}.${end.offset}` : "0.0";
        page = await client.log.read({ botId: bot.id, source, after, limit: 500 });
        print(page);
        end = page.end ?? end;
      }
    });

  program
    .command("send")
    .argument("<bot>", "name or id")
    .argument("<text...>", "what to type, a newline is added")
    .description("type a line into its input")
    .action(async (word: string, text: string[]) => {
      const { client, output } = context();
      const bot = await findBot(client, word);
      await client.log.send({ botId: bot.id, text: text.join(" ") });
      output.result({ id: bot.id, sent: true }, () => []);
    });
}

function person(line: LogLine): string {
  const time = new Date(line.at).toLocaleTimeString(undefined, { hour12: false });
  if (line.mark?.kind === "started") return `${time} ── started, run ${line.run} ──`;
  if (line.mark?.kind === "ended") {
    const how = line.mark.signal ?? `exit ${line.mark.code ?? "unknown"}`;
    return `${time} ── ${how} after ${duration(line.mark.ms)} ──`;
  }
  return `${time} ${plain(line.text)}`;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 2_000)
    throw new InvalidArgumentError("a whole number from 0 to 2000");
  return number;
}
