import { z } from "zod";
import { botView } from "#contracts/api/bots";
import { powerResult } from "#contracts/api/power";
import { type BotId, type BotRun, botRun } from "#contracts/bot";
import { health } from "#contracts/host";
import { importView } from "#contracts/import";
import { type LogCursor, type LogPage, logPage } from "#contracts/log";
import type { Command } from "#contracts/process";

/** The panel refused: it answered, and nothing was changed. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** How long an answer may take, ms; that about its health is worth less. */
const PATIENCE_MS = 60_000;
const HEALTH_MS = 10_000;

const refusal = z.object({ code: z.string().default(""), detail: z.string().default("") });

/** The public HTTP API, as far as chaos needs it. Whatever is not an answer of the panel (it is down, or cut off) throws. */
export type Api = ReturnType<typeof openApi>;

export function openApi({ url, key }: { url: string; key: string }) {
  async function ask<Output>(schema: z.ZodType<Output>, method: string, path: string, body?: unknown): Promise<Output> {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const [answer, text] = await within(PATIENCE_MS, async (signal) => {
      const answer = await fetch(`${url}/api${path}`, { method, headers, body: JSON.stringify(body), signal });
      return [answer, await answer.text()] as const;
    });
    if (answer.ok) return schema.parse(JSON.parse(text || "{}"));
    const said = refusal.safeParse(parseJson(text));
    const { code, detail } = said.data ?? { code: "", detail: "" };
    throw new Refused(answer.status, code, detail || text.slice(0, 300));
  }
  const nothing = z.unknown();
  const cursor = ({ run, offset }: LogCursor) => `${run}.${offset}`;

  return {
    async isWell(): Promise<boolean> {
      try {
        const told = await within(HEALTH_MS, async (signal) => (await fetch(`${url}/api/health`, { signal })).json());
        return health.parse(told).status === "ok";
      } catch {
        return false;
      }
    },
    setup: () =>
      ask(nothing, "POST", "/v1/setup", { name: "Ada", email: "ada@example.com", password: "correct horse battery" }),
    bots: () => ask(z.object({ bots: z.array(botView), workerAway: z.boolean() }), "GET", "/v1/bots"),
    startImport: (path: string) => ask(importView, "POST", "/v1/imports", { kind: "folder", path }),
    lookAtImport: (id: string) => ask(importView, "GET", `/v1/imports/${id}`),
    create: (bot: { importId: string; name: string; start: boolean }) =>
      ask(botView, "POST", "/v1/bots", { ...bot, runtime: "node", entry: "index.cjs" }),
    change: (id: BotId, settings: unknown) => ask(botView, "PATCH", `/v1/bots/${id}`, { settings }),
    remove: (id: BotId) => ask(nothing, "DELETE", `/v1/bots/${id}`),
    command: (id: BotId, command: Command) => ask(nothing, "POST", `/v1/bots/${id}/${command}`),
    commandMany: (botIds: readonly BotId[], command: Command) =>
      ask(z.object({ results: z.array(powerResult) }), "POST", "/v1/bots/power", { botIds, command }),
    type: (id: BotId, text: string) => ask(nothing, "POST", `/v1/bots/${id}/input`, { text }),
    runs: (id: BotId): Promise<BotRun[]> =>
      ask(z.object({ runs: z.array(botRun) }), "GET", `/v1/bots/${id}/runs?limit=200`).then(({ runs }) => runs),
    read: (id: BotId, after: LogCursor): Promise<LogPage> =>
      ask(logPage, "GET", `/v1/bots/${id}/log?after=${cursor(after)}&limit=2000`),
    ticket: () => ask(z.object({ ticket: z.string() }), "POST", "/v1/live/ticket").then(({ ticket }) => ticket),
  };
}

/**
 * Gives up after so long whatever became of the work: a signal of AbortSignal.timeout can be collected before it fires, and then a
 * fetch whose server was killed is waited for without end (seen once in an hour on a busy machine).
 */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer after ${ms} ms`));
      stop.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
