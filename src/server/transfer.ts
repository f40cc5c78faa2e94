import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import type { Actor } from "#contracts/access";
import { transfers as operations } from "#contracts/api/transfer";
import type { Selection } from "#contracts/transfer";
import { database } from "#prisma/db";
import { assertMay, assertSeesStill } from "./access";
import { someoneOf } from "./actor";
import { atOnce } from "./at-once";
import { attachmentHeaders, bodyOf } from "./attachment";
import { audit, type Deed } from "./audit";
import { badInput } from "./failure";
import { pathParts } from "./path-parts";
import { workerOf } from "./worker";

/*
 * Files of a bot as downloads: like a log, they go from the worker to whoever asked a piece at a time (see log-file.ts).
 */

/** Downloads of one person that may be under way; a program that takes a file in parts has a few of one file. */
const downloads = atOnce(8);

const PATH = /^\/api\/v1\/bots\/([^/]+)\/files\/(download|archive)$/;

/** Whether a request asks for files as a download. */
export const isDownload = ({ method, url }: Request): boolean => method === "GET" && PATH.test(new URL(url).pathname);

/** Answers it, or throws as any operation does. */
export async function serveDownload(request: Request): Promise<Response> {
  const actor = await someoneOf(request.headers);
  const { searchParams } = new URL(request.url);
  const [botId = "", kind] = pathParts(PATH, request);
  // Whether the bot is there at all comes before what is wrong with the question.
  const standing = await assertMay(actor, "file:download", botId);
  const { nodeId, hiddenPaths: hidden } = standing;
  const asked = { ...Object.fromEntries(searchParams), botId, names: searchParams.getAll("names") };
  const worker = workerOf(nodeId);
  const still = async () =>
    assertSeesStill(standing, await assertMay(await someoneOf(request.headers), "file:download", botId));
  const taken = { gone: request.signal, still };
  if (kind === "download") {
    const { path } = await parsed(operations.file["~orpc"].inputSchema, asked);
    const headers = partHeaders(request.headers);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const deed = { action: "file.download", botId, detail: { path } };
    return pass(actor, taken, deed, name, () => worker.file({ botId, hidden, path }, headers));
  }
  const query = await parsed(operations.archive["~orpc"].inputSchema, asked);
  const name = `${await nameOf(botId, query)}.${query.format}`;
  const { folder, names } = query;
  const detail = { path: folder, ...(names.length > 0 && { names: names.slice(0, 20), count: names.length }) };
  const deed = { action: "file.archive", botId, detail };
  return pass(actor, taken, deed, name, () => worker.archive({ ...query, hidden }));
}

/** Passes on what the worker sends, under a name. The deed is remembered before anything is asked of it. */
async function pass(
  actor: Actor,
  taken: { gone: AbortSignal; still: () => Promise<unknown> },
  deed: Deed,
  name: string,
  ask: () => Promise<IncomingMessage>,
): Promise<Response> {
  const leave = downloads.enter(actor);
  try {
    await audit(database(), actor, deed);
    const bytes = await ask();
    finished(bytes, leave);
    const told = HEADERS.flatMap((header) => {
      const value = bytes.headers[header];
      return typeof value === "string" ? [[header, value]] : [];
    });
    const type = bytes.headers["content-type"] ?? typeOf(name);
    return new Response(bodyOf(bytes, taken), {
      status: bytes.statusCode,
      headers: { ...attachmentHeaders(name, type), ...Object.fromEntries(told) },
    });
  } catch (error) {
    leave();
    throw error;
  }
}

/** What the worker says of the bytes that follow. */
const HEADERS = ["accept-ranges", "content-length", "content-range", "etag"];

/** Pictures that a page may show; all else is bytes, so that no browser takes it for more. */
const PICTURES = new Map([
  ["avif", "image/avif"],
  ["gif", "image/gif"],
  ["jpeg", "image/jpeg"],
  ["jpg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
]);
const typeOf = (name: string) =>
  PICTURES.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase()) ?? "application/octet-stream";

/** What part is asked for, as the client says it. */
function partHeaders(headers: Headers): Record<string, string> {
  const range = headers.get("range");
  const ifRange = headers.get("if-range");
  return { ...(range !== null && { range }), ...(ifRange !== null && { "if-range": ifRange }) };
}

/** An archive is named after the one thing in it, the folder that it is of, or the bot. */
async function nameOf(botId: string, { folder, names }: Selection): Promise<string> {
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  if (folder !== "") return folder.slice(folder.lastIndexOf("/") + 1);
  return (await database().bot.findUniqueOrThrow({ where: { id: botId }, select: { name: true } })).name;
}

type Schema<Output> = { "~standard": { validate(value: unknown): Validated<Output> | Promise<Validated<Output>> } };
type Validated<Output> = { value: Output; issues?: undefined } | { issues: Parameters<typeof badInput>[0] };

/** What is asked, by an operation's own schema. AppError bad_input. */
export async function parsed<Output>(schema: Schema<Output> | undefined, asked: unknown): Promise<Output> {
  const read = await schema?.["~standard"].validate(asked);
  if (!read || read.issues) throw badInput(read?.issues ?? []);
  return read.value;
}
