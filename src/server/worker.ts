import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { Readable } from "node:stream";
import { z } from "zod";
import { AppError, isErrorCode } from "#contracts/errors";
import { homePaths } from "#contracts/home";
import { importView } from "#contracts/import";
import {
  type archiveBytesQuery,
  type chunkQuery,
  type fileBytesQuery,
  type logFileQuery,
  type RpcInput,
  type RpcName,
  type RpcOutput,
  rpc,
  type uploadChunkQuery,
} from "#contracts/rpc";
import { type TransferView, transferView } from "#contracts/transfer";
import { env } from "./env";
import { Unanswered } from "./failure";

/** Bytes as they come, and how many when that is known. */
export type Bytes = { length: number | undefined; pieces: AsyncIterable<Uint8Array> };

/** What the web may ask of one worker. Every failure is an AppError; worker_away when nobody is there, and Unanswered when nobody answers. */
export type Worker = {
  /** `gone`: of what only reads, so that the worker stops looking for what nobody waits for; never of a change. AppError cancelled. */
  ask<Name extends RpcName>(name: Name, input: RpcInput<Name>, gone?: AbortSignal): Promise<RpcOutput<Name>>;
  chunk(query: z.infer<typeof chunkQuery>, bytes: Bytes): Promise<z.infer<typeof importView>>;
  /** A chunk of a file that goes into a bot's files. */
  uploadChunk(query: z.infer<typeof uploadChunkQuery>, bytes: Bytes): Promise<TransferView>;
  /** A stretch of a log as it comes. Nothing is read that is not taken; destroying it ends the work behind it. */
  log(query: z.infer<typeof logFileQuery>): Promise<Readable>;
  /** A file, or the part of it that the headers ask for; what is answered says which (status and headers). */
  file(query: z.infer<typeof fileBytesQuery>, headers: OutgoingHttpHeaders): Promise<IncomingMessage>;
  /** Things of a folder, packed while they are taken. */
  archive(query: z.infer<typeof archiveBytesQuery>): Promise<IncomingMessage>;
};

const agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: "lifo" });

/** How long anything may take that is done to whole trees of files, ms. */
export const MANY_FILES_MS = 90_000;

/** How long an answer may take, ms. Longer where the worker moves files or waits for a bot to end. */
const patience = {
  "bots.put": 60_000,
  "bots.remove": 60_000,
  "bots.command": 15_000,
  "bots.commandMany": 25_000,
  "bots.log": 15_000,
  // Up to EDIT_BYTES of text.
  "bots.mask": 15_000,
  // Half a second of searching, and others' turns before it.
  "bots.search": 20_000,
  "files.search": 20_000,
  "files.find": 20_000,
  "files.tokens": 20_000,
  // A folder of 100,000 names; all of a bot's files counted for the first time.
  "files.list": 20_000,
  "files.usage": 20_000,
  "files.write": 20_000,
  "files.move": MANY_FILES_MS,
  "files.remove": MANY_FILES_MS,
  "files.restore": MANY_FILES_MS,
  "files.purge": MANY_FILES_MS,
  // Looks whether any of thousands of files is there, and gives as many their names.
  "transfers.upload": 60_000,
  "transfers.taken": 60_000,
  "transfers.finish": 60_000,
  // Reads all of an archive.
  "transfers.preview": 60_000,
  "transfers.extract": 15_000,
  "transfers.pack": 15_000,
  "transfers.pull": 15_000,
  // Thousands of small files; a name is looked up among them before anything is begun.
  "dependencies.list": 20_000,
  "dependencies.remove": 20_000,
  "imports.create": 20_000,
  "imports.finish": 20_000,
  "imports.retry": 20_000,
  // git, which is given two minutes at most.
  "imports.branches": 130_000,
  "deploys.state": 130_000,
  "deploys.start": 15_000,
  "deploys.cancel": 60_000,
  "deploys.webhook": 15_000,
} as const satisfies Partial<Record<RpcName, number>>;
const PATIENCE_MS = 5_000;
const patienceFor = (name: RpcName): number => {
  const limit: Partial<Record<RpcName, number>> = patience;
  return limit[name] ?? PATIENCE_MS;
};
const CHUNK_PATIENCE_MS = 60_000;
/** What bytes are answered with; everything else is a refusal. */
const BYTES = new Set([200, 206, 416]);
/** Until the first bytes of a stream. */
const STREAM_PATIENCE_MS = 15_000;

const refusal = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** The worker of a node. There is one node now, on this machine; its socket is open to the owner of the home only. */
export function workerOf(_nodeId?: string): Worker {
  const socketPath = homePaths(env().home).workerSocket;
  return {
    async ask(name, input, gone) {
      const text = JSON.stringify(rpc[name].input.parse(input));
      const answer = await exchange({
        socketPath,
        method: "POST",
        path: `/rpc/${name}`,
        text,
        patienceMs: patienceFor(name),
        gone,
      });
      return parse<RpcOutput<typeof name>>(rpc[name].output, answer);
    },
    async chunk(query, bytes) {
      return importView.parse(await pour(socketPath, `/chunk?${searchOf(query)}`, bytes));
    },
    async uploadChunk(query, bytes) {
      return transferView.parse(await pour(socketPath, `/upload?${searchOf(query)}`, bytes));
    },
    log: (query) => stream(socketPath, `/log?${searchOf(query)}`),
    file: (query, headers) => stream(socketPath, `/file?${searchOf(query)}`, headers),
    archive: (query) => stream(socketPath, `/archive?${searchOf(query)}`),
  };
}

const searchOf = (query: Readonly<Record<string, unknown>>) =>
  new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [value].flat().map((one) => [key, String(one)]),
    ),
  );

// The table gives a union of schemas for a name that is only known as a type; the caller knows which.
const parse = <Output>(schema: z.ZodType, answer: unknown): Output => (schema as z.ZodType<Output>).parse(answer);

type Exchange = {
  socketPath: string;
  method: string;
  path: string;
  /** JSON. */
  text: string;
  patienceMs: number;
  gone: AbortSignal | undefined;
};

function exchange(asked: Exchange, kept: Agent | false = agent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { socketPath, method, path, text, gone } = asked;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    let heard = false;
    const sent = request({ agent: kept, socketPath, method, path, headers }, (response) => {
      heard = true;
      read(response).then(resolve, reject);
    });
    sent.setTimeout(asked.patienceMs, () => sent.destroy(new Unanswered()));
    sent.once("error", (error) => {
      if (error instanceof AppError) return reject(error);
      // What went into a kept connection that the worker closed (it was restarted, or long not asked) never reached it: ask once more on a
      // new one, since the next that was kept may be closed as well.
      if (!heard && sent.reusedSocket && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE"))
        return exchange(asked, false).then(resolve, reject);
      reject(kept && isUnreached(error) ? new AppError("worker_away") : new Unanswered());
    });
    const cancel = () => sent.destroy(new AppError("cancelled"));
    if (gone?.aborted) cancel();
    gone?.addEventListener("abort", cancel, { once: true });
    sent.once("close", () => gone?.removeEventListener("abort", cancel));
    sent.end(text);
  });
}

/** Whether an error says that nobody was there to be asked. */
const isUnreached = (error: Error): boolean =>
  "code" in error && ["ENOENT", "ECONNREFUSED", "EACCES"].includes(String(error.code));

/**
 * Sends bytes as they come, on a connection of its own: what was sent once cannot be sent again on another. The worker leaves it open: it may
 * answer before the end was sent (a known length is full, or it refuses), and to send on a closed connection loses an answer not yet read.
 */
function pour(socketPath: string, path: string, { length, pieces }: Bytes): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: "keep-alive",
      "content-type": "application/octet-stream",
      ...(length !== undefined && { "content-length": length }),
    };
    const sent = request({ agent: false, socketPath, method: "PUT", path, headers }, (response) => {
      const over = () => {
        body.destroy();
        sent.destroy();
      };
      read(response).then(resolve, reject).finally(over);
    });
    sent.setTimeout(CHUNK_PATIENCE_MS, () => sent.destroy(new AppError("worker_away")));
    sent.once("error", (error) => reject(error instanceof AppError ? error : new AppError("worker_away")));
    const body = Readable.from(pieces, { objectMode: false });
    body.once("error", (error) => {
      reject(error);
      sent.destroy();
    });
    body.pipe(sent);
  });
}

/** Asks for bytes, on a connection of its own: whoever takes them may take an hour, and keeps nobody else waiting. */
function stream(socketPath: string, path: string, headers: OutgoingHttpHeaders = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent: false, socketPath, method: "GET", path, headers }, (response) => {
      sent.setTimeout(0);
      if (BYTES.has(response.statusCode ?? 0)) resolve(response);
      else read(response).then(() => reject(new AppError("worker_away")), reject);
    });
    sent.setTimeout(STREAM_PATIENCE_MS, () => sent.destroy(new AppError("worker_away")));
    sent.once("error", (error) => reject(error instanceof AppError ? error : new AppError("worker_away")));
    sent.end();
  });
}

async function read(response: IncomingMessage): Promise<unknown> {
  let text = "";
  try {
    response.setEncoding("utf8");
    for await (const part of response) text += part;
  } catch {
    throw new Unanswered();
  }
  const answer: unknown = JSON.parse(text || "{}");
  if (response.statusCode === 200) return answer;
  const refused = refusal.safeParse(answer);
  if (refused.success && isErrorCode(refused.data.code)) throw new AppError(refused.data.code, refused.data.values);
  throw new Error(`the worker answered ${response.statusCode}: ${text.slice(0, 500)}`);
}
