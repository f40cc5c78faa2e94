import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidArgumentError, type Command as Program } from "commander";
import type { AuditFilter, AuditView } from "#contracts/api/audit";
import { findBot } from "../bots";
import { openFile, piecesOf } from "../client";
import type { Context } from "../context";
import { day } from "../files/rows";
import { agree } from "../input";
import { readMoment } from "../logs/moment";
import { bytesOut, table } from "../output";
import { shorten } from "../width";

type Options = Omit<AuditFilter, "botId"> & { bot?: string; lines: number; csv?: true };
const LINES = 50;
/** More of what an entry says is in --json and --csv. */
const WHAT_COLUMNS = 100;
/** The most that a page has; see contracts/api/audit.ts. */
const PAGE = 200;

/** audit, audit keep: the log of the whole panel, for admins; activity: that of one bot. */
export function addAuditCommands(program: Program, context: Context): void {
  const audit = program
    .command("audit")
    .option("--actor <who>", "part of a name, or the id of an account")
    .option("--action <action>", "such as bot.start, or all of a kind such as member")
    .option("--bot <bot>", "only what was done to this one")
    .option("--text <text>", "somewhere in what the entry says")
    .option("--since <moment>", "from then on: 10m, 2h or 3d ago, or 2026-11-20T10:00", readMoment)
    .option("--until <moment>", "up to then", readMoment)
    .option("-n, --lines <count>", "how many entries", count, LINES)
    .option("--csv", "all that match as CSV, to a file or a program (> or |)")
    .description("who did what in the whole panel, newest first (admins)")
    .enablePositionalOptions()
    .action(async ({ bot, lines, csv, ...asked }: Options) => {
      const { client, output } = context();
      const filter = { ...asked, ...(bot !== undefined && { botId: (await findBot(client, bot)).id }) };
      if (csv) return send(filter);
      const entries = await newest(lines, (page) => client.audit.list({ ...filter, ...page }));
      output.result({ entries }, () => tableOf(entries));
    });
  audit
    .command("keep")
    .argument("[days]", "1 to 3650, or forever; left out: say what it is now", daysOf)
    .option("--yes", "do not ask")
    .description("how long entries are kept; older ones are removed within a day")
    .action(async (days: number | typeof FOREVER | undefined, { yes }: { yes?: boolean }) => {
      const { client, output, dryRun } = context();
      const tell = ({ keepDays }: { keepDays: number | null }) => [`Entries are kept ${kept(keepDays)}.`];
      if (days === undefined) return output.result(await client.audit.retention(), tell);
      const keepDays = days === FOREVER ? null : days;
      if (!yes && !dryRun)
        await agree(
          `Keep entries ${kept(keepDays)} and remove older ones`,
          "Say --yes to do this without being asked.",
        );
      output.result(await client.audit.setRetention({ keepDays }), tell);
    });
  program
    .command("activity")
    .argument("<bot>", "name or id")
    .option("-n, --lines <count>", "how many entries", count, LINES)
    .description("who did what to a bot, newest first")
    .action(async (word: string, { lines }: { lines: number }) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      const entries = await newest(lines, (page) => client.bots.activity({ botId, ...page }));
      output.result({ entries }, () => tableOf(entries));
    });
}

/** Of one bot it is not said which. */
type Entry = Omit<AuditView, "botId" | "botName" | "actorId"> & Partial<AuditView>;
type Page = { entries: Entry[]; next: string | null };

async function newest(
  most: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor: string | null | undefined;
  while (all.length < most && cursor !== null) {
    const { entries, next } = await read({ limit: Math.min(PAGE, most - all.length), ...(cursor && { cursor }) });
    all.push(...entries);
    cursor = next;
  }
  return all;
}

async function send(filter: AuditFilter): Promise<void> {
  const to = bytesOut();
  const answer = await openFile("/v1/audit/file", { ...filter, format: "csv" });
  if (answer.body) await pipeline(Readable.from(piecesOf(answer.body)), to, { end: false });
}

const tableOf = (entries: readonly Entry[]): string[] =>
  table(
    ["WHEN", "WHO", "BY", "FROM", "ACTION", "BOT", "WHAT"],
    entries.map(({ at, actor, actorKind, via, address, action, botName, botId, detail }) => [
      day(at),
      actorKind === "person" ? actor : `${actor} (${actorKind})`,
      via,
      address,
      action,
      botName ?? botId ?? "",
      Object.keys(detail).length > 0 ? shorten(JSON.stringify(detail), WHAT_COLUMNS) : "",
    ]),
  );

const kept = (days: number | null): string => (days === null ? "for ever" : `for ${days} days`);

// Not null, of which commander makes an empty text.
const FOREVER = "forever";

function daysOf(text: string): number | typeof FOREVER {
  if (text === FOREVER) return FOREVER;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3_650) return days;
  throw new InvalidArgumentError("Give a whole number from 1 to 3650, or forever.");
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number;
  throw new InvalidArgumentError("Give a whole number from 1 to 100000.");
}
