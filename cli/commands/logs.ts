import { createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidArgumentError, type Command as Program } from "commander";
import { type LogLevel, type LogSource, logLevel } from "#contracts/log";
import { findBot, findBots } from "../bots";
import { openFile, piecesOf } from "../client";
import type { Context } from "../context";
import { wantsColour } from "../env";
import { Failure } from "../failure";
import { createFilter } from "../logs/filter";
import { follow } from "../logs/follow";
import { type Asked, endOf, history, merged, ofEach, type Said } from "../logs/history";
import { readMoment } from "../logs/moment";
import { createPrinter } from "../logs/print";
import { bytesOut, say } from "../output";

type Options = {
  all?: boolean;
  follow?: boolean;
  lines?: number;
  install?: boolean;
  since?: number;
  until?: number;
  level?: LogLevel[];
  grep?: string;
  regex?: string;
  color: boolean;
};

/** How many of the newest lines of each bot are shown when nothing is said of time. */
const LINES = 100;

/** logs, logs download. */
export function addLogCommands(program: Program, context: Context): void {
  const logs = program
    .command("logs")
    .argument("[bots...]", "names or ids")
    .option("--all", "every bot whose console you may read")
    .option("-f, --follow", "keep printing new lines")
    .option("-n, --lines <count>", `newest lines of each bot (${LINES}, or all with --since)`, wholeNumber)
    .option("--since <moment>", "from then on: 10m, 2h or 3d ago, or 2026-11-20T10:00", readMoment)
    .option("--until <moment>", "up to then", readMoment)
    .option("--level <levels>", "only these, separated by commas: debug, info, warn, error, plain", levels)
    .option("--grep <text>", "only lines with this text, ignoring case")
    .option("--regex <pattern>", "only lines that match this pattern (RE2), ignoring case")
    .option("--install", "the log of installing dependencies")
    .option("--no-color", "no colours, not even those that bots print")
    .description("what bots printed, oldest first; with --json one object a line")
    // Else --since and the like would be those of logs, also when they stand behind download.
    .enablePositionalOptions()
    .action((words: string[], options: Options) => show(context, words, options));
  logs
    .command("download")
    .argument("<bot>", "name or id")
    .option("-o, --output <file>", "where to, - for standard output")
    .option("--gzip", "compressed")
    .option("--since <moment>", "from then on", readMoment)
    .option("--until <moment>", "up to then", readMoment)
    .option("--run <number>", "only this run", wholeNumber)
    .option("--install", "the log of installing dependencies")
    .description("the log as a file, every line whole, secrets masked")
    .action((word: string, options: Download) => download(context, word, options));
}

async function show(context: Context, words: readonly string[], options: Options): Promise<void> {
  const { client, output } = context();
  const filter = createFilter({ levels: options.level, grep: options.grep, regex: options.regex });
  if (options.follow && options.until !== undefined) throw Failure.use("Say --follow or --until, not both.");
  const found = await findBots(client, words, options.all ?? false);
  const bots = options.all ? found.filter((bot) => bot.permissions.includes("console:read")) : found;
  const source: LogSource = options.install ? "install" : "console";
  const timed = options.since !== undefined || options.until !== undefined;
  const lines = options.lines ?? (timed ? undefined : LINES);
  const asked: Asked = { source, filter, since: options.since, until: options.until, lines };

  const colour = options.color && wantsColour(process.stdout.isTTY);
  const printer = createPrinter({ json: output.json, colour, bots });
  const print = async (said: Said) => {
    if (!filter.takes(said.line)) return;
    if (!process.stdout.write(`${printer(said)}\n`)) await drained();
  };

  const followed = await ofEach(bots, async (bot) => ({ bot, after: await endOf(client, bot.id, source) }));
  const streams = followed.map(({ bot, after }) => ({ bot, lines: history(client, bot, after, asked) }));
  for await (const said of merged(streams)) await print(said);
  if (!options.follow || followed.length === 0) return;
  for await (const round of follow(client, source, followed, say)) for (const said of round) await print(said);
}

const drained = () => new Promise<void>((resolve) => process.stdout.once("drain", () => resolve()));

type Download = Pick<Options, "install" | "since" | "until"> & { output?: string; gzip?: boolean; run?: number };

async function download(context: Context, word: string, { install, since, until, run, gzip, ...options }: Download) {
  const { client, output } = context();
  const to = options.output === "-" ? bytesOut() : undefined;
  const bot = await findBot(client, word);
  const source: LogSource = install ? "install" : "console";
  const answer = await openFile(`/v1/bots/${bot.id}/log/file`, { source, since, until, run, gzip });
  if (!answer.body) throw new Failure("unexpected", "The panel sent no file.", 1);
  const body = Readable.from(piecesOf(answer.body));
  if (to) return pipeline(body, to, { end: false });
  const file = options.output ?? nameOf(answer.headers.get("content-disposition"));
  if (options.output === undefined && existsSync(file)) throw Failure.use(`${file} is there already. Say -o ${file}.`);
  // Half a log is not the log: it gets its name when it is whole.
  const part = `${file}.part`;
  try {
    await pipeline(body, createWriteStream(part, { flags: "w", mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("unexpected", `${file} could not be written: ${why}`, 1, error);
  }
  output.result({ id: bot.id, file }, (value) => [`${value.file}`]);
}

/** The name that the panel gives the file; never a path. */
function nameOf(disposition: string | null): string {
  const name = basename(/filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? "");
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name) ? name : "bot.log";
}

function levels(text: string): LogLevel[] {
  const read = logLevel.array().safeParse(text.toLowerCase().split(","));
  if (!read.success) throw new InvalidArgumentError(`Give any of ${logLevel.options.join(", ")}, separated by commas.`);
  return read.data;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 1_000_000)
    throw new InvalidArgumentError("Give a whole number from 0 to 1000000.");
  return number;
}
