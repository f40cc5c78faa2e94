import { z } from "zod";
import { botView, envView } from "#contracts/api/bots";
import { logLine } from "#contracts/log";
import { reasonOf } from "#contracts/process";
import { sayReason } from "#contracts/reason";

const bots = z.object({ bots: z.array(botView), workerAway: z.boolean() });
const lines = z.object({ lines: z.array(logLine) }).loose();
const hits = z.object({ hits: z.array(logLine) }).loose();
const variables = z.object({ variables: z.array(envView) });

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
  // Names only, of secrets as of others: what somebody keeps in a variable that is not marked secret is not for a model either.
  list_variables: (answer) => variables.parse(answer).variables.map(({ key, secret }) => ({ key, secret })),
};

/** The answer of a tool as text. */
export const textOf = (name: string, answer: unknown): string =>
  JSON.stringify(briefs[name]?.(answer) ?? answer, null, 1);

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

const lineText = ({ run, offset, at, level, text }: z.infer<typeof logLine>): string =>
  `${new Date(at).toISOString()} ${run}.${offset} ${level} ${text}`;
