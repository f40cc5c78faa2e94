import { Readable } from "node:stream";
import { type AuditView, audit as operations } from "#contracts/api/audit";
import { database } from "#prisma/db";
import { assertAdmin } from "../access";
import { someoneOf } from "../actor";
import { attachmentHeaders, bodyOf } from "../attachment";
import { audit } from "../audit";
import { badInput } from "../failure";
import { findEntries } from "./find";

/** Entries that are read at a time: the log of years is not held in memory, nor are many that name a thousand paths each. */
const PAGE = 100;

const PATH = "/api/v1/audit/file";
const { inputSchema } = operations.download["~orpc"];

/** Whether a request asks for the audit log as a file. */
export const isAuditFile = ({ method, url }: Request): boolean => method === "GET" && new URL(url).pathname === PATH;

/** Answers it, while it is read; or throws as any operation does. */
export async function serveAuditFile(request: Request): Promise<Response> {
  const actor = await someoneOf(request.headers);
  assertAdmin(actor);
  const query = await inputSchema?.["~standard"].validate(Object.fromEntries(new URL(request.url).searchParams));
  if (!query || query.issues) throw badInput(query?.issues ?? []);
  const { format, ...filter } = query.value;
  await audit(database(), actor, { action: "audit.download", detail: { format } });
  const all = await begun(pages(filter));
  const source = Readable.from(format === "csv" ? csv(all) : json(all), { objectMode: false });
  const still = async () => assertAdmin(await someoneOf(request.headers));
  const type = format === "csv" ? "text/csv; charset=utf-8" : "application/json";
  return new Response(bodyOf(source, { gone: request.signal, still }), {
    headers: attachmentHeaders(`audit.${format}`, type),
  });
}

/** The same, of which the first is there: what cannot be answered is said before it is begun. */
async function begun<T>(all: AsyncGenerator<T>): Promise<AsyncIterable<T>> {
  const first = await all.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* all;
  })();
}

async function* pages(filter: Parameters<typeof findEntries>[0]): AsyncGenerator<AuditView[]> {
  let before: bigint | undefined;
  for (;;) {
    const page = await findEntries(filter, before, PAGE);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    before = BigInt(last.id);
  }
}

const columns = ["id", "at", "actorKind", "actor", "actorId", "address", "via", "action", "botId", "botName"] as const;

async function* csv(all: AsyncIterable<AuditView[]>): AsyncGenerator<string> {
  yield `${[...columns, "detail"].join(",")}\r\n`;
  for await (const page of all) {
    const lines = page.map((entry) => {
      const cells = columns.map((name) => (name === "at" ? new Date(entry.at).toISOString() : entry[name]));
      return [...cells, JSON.stringify(entry.detail)].map(cell).join(",");
    });
    yield `${lines.join("\r\n")}\r\n`;
  }
}

/**
 * A value of a CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection): names and
 * details are what somebody typed. Behind a semicolon as well: in many languages a spreadsheet begins a cell there, quotes or not.
 */
const cell = (value: string | null): string => {
  const safe = (value ?? "").replace(/(^|;)(?=[\s"]*[=+\-@＝＋－＠]|[\t\r\n])/g, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

async function* json(all: AsyncIterable<AuditView[]>): AsyncGenerator<string> {
  let before = "[";
  for await (const page of all)
    for (const entry of page) {
      yield `${before}\n${JSON.stringify(entry)}`;
      before = ",";
    }
  yield before === "[" ? "[]\n" : "\n]\n";
}
