import { z } from "zod";
import { botId } from "./bot";
import { hostSample, nodeInfo } from "./host";
import { importId } from "./import";
import { logRange, logSource } from "./log";
import { type Calls, ok, onFile, onFiles, onTransfer } from "./rpc/base";
import { bots } from "./rpc/bots";
import { dependencies } from "./rpc/dependencies";
import { deploys } from "./rpc/deploys";
import { files } from "./rpc/files";
import { imports } from "./rpc/imports";
import { transfers } from "./rpc/transfers";
import { template } from "./template";
import { archiveFormat, selection } from "./transfer";

/**
 * What the web may ask of the worker, over a Unix socket of mode 0600: POST /rpc/<name> with a JSON body. An expected
 * failure answers with its table status and `{ code, values }`. The web has asked for the permission before;
 * `permission` names which, so that none is forgotten.
 */
export const rpc = {
  "node.info": { input: z.object({}), output: nodeInfo, permission: "open" },
  "host.samples": { input: z.object({}), output: z.object({ samples: z.array(hostSample) }), permission: "self" },
  "templates.list": { input: z.object({}), output: z.object({ templates: z.array(template) }), permission: "self" },
  ...bots,
  ...files,
  ...transfers,
  ...dependencies,
  ...imports,
  ...deploys,
  /**
   * A person's access changed: their sockets are closed, and their SFTP connections and transfers that no longer may be.
   * `sessionIds`: only these sessions of theirs ended, and only their sockets are closed.
   */
  "access.changed": {
    input: z.object({ userId: z.string(), sessionIds: z.array(z.string()).optional() }),
    output: ok,
    permission: "admin",
  },
  /** Everybody's may have: all sockets are closed, to be opened anew by who still may, and SFTP connections are looked at. */
  "access.recheck": { input: z.object({}), output: ok, permission: "admin" },
} as const satisfies Calls;

/**
 * The one call that carries bytes: PUT /chunk?owner&importId&file&offset with the raw chunk as body (at most
 * CHUNK_BYTES), answered with an importView. Chunks of a file arrive in order; a repeated one is refused by offset.
 */
export const chunkQuery = z.object({
  owner: z.string(),
  importId,
  file: z.coerce.number().int().nonnegative(),
  offset: z.coerce.number().int().nonnegative(),
});

/**
 * The one call that answers with bytes: GET /log?botId&… streams the stretch as text/plain, one line of the log a line, secrets masked.
 * It reads as fast as it is read from, and ends when the other side goes.
 */
export const logFileQuery = logRange.extend({
  botId,
  source: logSource.default("console"),
  since: z.coerce.number().int().nonnegative().optional(),
  until: z.coerce.number().int().nonnegative().optional(),
});

/** PUT /upload?botId&owner&transferId&file&offset with the raw chunk, as /chunk; answered with a transferView. */
export const uploadChunkQuery = onTransfer.omit({ hidden: true }).extend({
  file: z.coerce.number().int().nonnegative(),
  offset: z.coerce.number().int().nonnegative(),
});

/**
 * GET /file?botId&path, with Range and If-Range as HTTP has them: 200, 206 or 416 and the bytes. GET /archive?botId&folder&format&names
 * (as often as there are names): things of a folder, packed while they are sent.
 */
export const fileBytesQuery = onFile;
export const archiveBytesQuery = selection.extend({ ...onFiles.shape, format: archiveFormat });

export type RpcName = keyof typeof rpc;
export type RpcInput<Name extends RpcName> = z.input<(typeof rpc)[Name]["input"]>;
export type RpcOutput<Name extends RpcName> = z.infer<(typeof rpc)[Name]["output"]>;
