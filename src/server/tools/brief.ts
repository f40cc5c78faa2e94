import { z } from "zod";
import { activityView, botView } from "#contracts/api/bots";
import { envView } from "#contracts/api/env";
import { COVER } from "#contracts/covered";
import { fileHits } from "#contracts/file-search";
import { fileContent } from "#contracts/files";
import { logLine } from "#contracts/log";
import { reasonOf } from "#contracts/process";
import { sayReason } from "#contracts/reason";
import { en } from "#contracts/words/en";

const bots = z.object({ bots: z.array(botView) }).loose();
const lines = z.object({ lines: z.array(logLine) }).loose();
const hits = z.object({ hits: z.array(logLine) }).loose();
const variables = z.object({ variables: z.array(envView) });
const entries = z.object({ entries: z.array(activityView) }).loose();
const changes = z.object({ changes: z.array(z.object({ field: z.string() })) });

/** What a tool's answer holds for a reader of words: less than the operation says, where that is meant for pictures and buttons. */
const briefs: Readonly<Record<string, (answer: unknown) => unknown>> = {
  list_bots: (answer) => {
    const { bots: all, ...rest } = bots.parse(answer);
    return { ...rest, bots: all.map(short) };
  },
  bot_status: (answer) => {
    const { live, permissions: _permissions, ...bot } = botView.parse(answer);
    const { samples, ...now } = live ?? { samples: [] };
    return { ...bot, live: live && { ...now, sample: samples.at(-1) ?? null } };
  },
  read_logs: (answer) => {
    const { lines: all, ...rest } = lines.parse(answer);
    return { ...rest, lines: all.map(lineText) };
  },
  search_logs: (answer) => {
    const { hits: all, ...rest } = hits.parse(answer);
    return { ...rest, hits: all.map(lineText) };
  },
  read_file: (answer) => {
    const { text, ...file } = fileContent.parse(answer);
    if (text === null) return file;
    const note = text.includes(COVER) ? `${en.tools.covered}\n` : "";
    return `${JSON.stringify(file)}\n${note}\n${text}`;
  },
  search_files: (answer) => {
    const { files, next, passedOver } = fileHits.parse(answer);
    return {
      files: files.map(({ path, hits, more }) => ({
        path,
        lines: hits.map(({ line, text }) => `${line}: ${text}`),
        more,
      })),
      next,
      passedOver,
    };
  },
  // Names only, of secrets as of others: what somebody keeps in a variable that is not marked secret is not for a model either.
  list_variables: (answer) => variables.parse(answer).variables.map(({ key, secret }) => ({ key, secret })),
  set_variable: (answer) => {
    const { key, secret } = envView.parse(answer);
    return { key, secret };
  },
  list_activity: (answer) => {
    const { entries: all, ...rest } = entries.parse(answer);
    return { ...rest, entries: all.map((one) => (one.action.startsWith("env.") ? withoutValues(one) : one)) };
  },
};

/** The answer of a tool as text. */
export function textOf(name: string, answer: unknown): string {
  const brief = briefs[name]?.(answer) ?? answer;
  return typeof brief === "string" ? brief : laidOut(brief);
}

const fields = z.record(z.string(), z.unknown());

/** As JSON, with a line for each field and each row of a list: what is cut out of it are whole rows. */
function laidOut(value: unknown): string {
  const read = fields.safeParse(value);
  if (!read.success) return rowsOf(value);
  const parts = Object.entries(read.data).flatMap(([key, one]) =>
    one === undefined ? [] : [`${JSON.stringify(key)}: ${rowsOf(one)}`],
  );
  return `{\n${parts.join(",\n")}\n}`;
}

const rowsOf = (value: unknown): string =>
  Array.isArray(value) && value.length > 0
    ? `[\n${value.map((row) => JSON.stringify(row)).join(",\n")}\n]`
    : JSON.stringify(value);

const short = ({ id, name, runtime, owner, live }: z.infer<typeof botView>) => {
  const why = live && reasonOf(live.status);
  const sample = live?.samples.at(-1);
  return {
    id,
    name,
    runtime,
    owner: owner.name,
    state: live?.status.state ?? null,
    why: why ? sayReason(why) : null,
    restarts: live?.restarts ?? null,
    cpu: sample?.cpu ?? null,
    memory: sample?.memory ?? null,
  };
};

/** `run.offset` is its place, as read_logs takes it. */
function lineText({ run, offset, at, level, text, mark }: z.infer<typeof logLine>): string {
  const { kind: _, ...how } = mark ?? { kind: "" };
  const said = mark ? `${text} ${JSON.stringify(how)}` : text;
  return `${new Date(at).toISOString()} ${run}.${offset} ${level} ${said}`;
}

function withoutValues({ detail, ...entry }: z.infer<typeof activityView>) {
  const changed = changes.safeParse(detail);
  return { ...entry, detail: changed.success ? { ...detail, changes: changed.data.changes } : detail };
}
