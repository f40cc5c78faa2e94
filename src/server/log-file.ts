import { finished, type Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { z } from "zod";
import type { Actor } from "#contracts/access";
import { log as operations } from "#contracts/api/console";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { someoneOf } from "./actor";
import { atOnce } from "./at-once";
import { attachmentHeaders, bodyOf } from "./attachment";
import { audit } from "./audit";
import { badInput } from "./failure";
import { pathParts } from "./path-parts";
import { workerOf } from "./worker";

/*
 * An operation whose answer is not made but passed on: a log of a gigabyte goes from the worker to whoever asked a piece at a
 * time, as fast as it is taken. The library behind the other operations answers with whole values only, so this one is answered here.
 */

const { inputSchema } = operations.download["~orpc"];
type Query = z.output<NonNullable<typeof inputSchema>>;

/** Downloads of one person that may be under way. */
const downloads = atOnce(4);

const PATH = /^\/api\/v1\/bots\/([^/]+)\/log\/file$/;

/** Whether a request asks for a log as a file. */
export const isLogFile = ({ method, url }: Request): boolean => method === "GET" && PATH.test(new URL(url).pathname);

/** Answers it, or throws as any operation does. */
export async function serveLogFile(request: Request): Promise<Response> {
  const actor = await someoneOf(request.headers);
  const { searchParams } = new URL(request.url);
  const [botId = ""] = pathParts(PATH, request);
  // Whether the bot is there at all comes before what is wrong with the question.
  await assertMay(actor, "console:read", botId);
  const query = await inputSchema?.["~standard"].validate({ ...Object.fromEntries(searchParams), botId });
  if (!query || query.issues) throw badInput(query?.issues ?? []);
  const still = async () => assertMay(await someoneOf(request.headers), "console:read", botId);
  return downloadLog(actor, query.value, { gone: request.signal, still });
}

/** A stretch of a bot's log as a file that is being sent while it is read, for as long as `taken` says. */
export async function downloadLog(
  actor: Actor,
  { gzip, ...query }: Query,
  taken: { gone: AbortSignal; still: () => Promise<unknown> },
): Promise<Response> {
  const { nodeId } = await assertMay(actor, "console:read", query.botId);
  const leave = downloads.enter(actor);
  try {
    const { name } = await database().bot.findUniqueOrThrow({ where: { id: query.botId }, select: { name: true } });
    const detail = { source: query.source, gzip, ...(query.run !== undefined && { run: query.run }) };
    await audit(database(), actor, { action: "log.download", botId: query.botId, detail });
    const text = await workerOf(nodeId).log(query);
    finished(text, leave);
    const body = gzip ? packed(text) : text;
    return new Response(bodyOf(text, { ...taken, body }), { headers: headersOf(name, query, gzip) });
  } catch (error) {
    leave();
    throw error;
  }
}

function packed(text: Readable): Readable {
  const gzip = createGzip({ level: 3 });
  text.once("error", (error) => gzip.destroy(error));
  text.once("close", () => {
    if (!text.readableEnded) gzip.destroy();
  });
  gzip.once("close", () => text.destroy());
  return text.pipe(gzip);
}

function headersOf(name: string, { source, run }: Omit<Query, "gzip">, gzip: boolean): Record<string, string> {
  const kind = `${source === "install" ? "install" : "log"}${run === undefined ? "" : `-${run}`}`;
  const type = gzip ? "application/gzip" : "text/plain; charset=utf-8";
  return attachmentHeaders(`${name}-${kind}.${gzip ? "log.gz" : "log"}`, type);
}
