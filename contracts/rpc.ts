import { z } from "zod";
import { botDefinition, botId, botLive, botRun } from "./bot";
import { dependencyLog, dependencyView, dependencyWork, packageRequest } from "./dependencies";
import { deploy, deployCause, deployLog, deployRequest, deployState, webhookAnswer, webhookPush } from "./deploy";
import { fileFind, fileHits, fileNames, fileSearch, tokenLines, tokenSearch } from "./file-search";
import {
  fileContent,
  fileMove,
  filePath,
  fileResult,
  fileUsage,
  fileVersion,
  fileWrite,
  folderPage,
  folderQuery,
  trashEntry,
} from "./files";
import { hostSample, nodeInfo } from "./host";
import { gitBranches, importId, importKeep, importRequest, importView, keptImport } from "./import";
import { logHits, logPage, logQuery, logRange, logSearch, logSource } from "./log";
import { command } from "./process";
import { template } from "./template";
import {
  archiveFormat,
  archiveFormats,
  archivePreview,
  extractRequest,
  packRequest,
  pullRequest,
  selection,
  takenPlace,
  takenRequest,
  transferId,
  transferView,
  uploadChoice,
  uploadRequest,
  uploadView,
} from "./transfer";

const ok = z.object({});
const onBot = z.object({ botId });
/** `hidden`: patterns of paths that do not exist for who asks (hiddenPath of members.ts). */
const onFiles = onBot.extend({ hidden: z.array(z.string()) });
const onFile = onFiles.extend({ path: filePath });
/** Whose work it is, and by which API key it was begun: it ends with that key's access. */
const begunBy = { owner: z.string(), keyId: z.string().optional() };
const onTransfer = onFiles.extend({ owner: z.string(), transferId });
const onDeploy = onFiles.extend({ number: z.number().int().positive() });
/** Who wants it, a person when absent: what a bot asks with a key of its own is no person's wish. */
const askedBy = z.enum(["person", "bot"]).optional();
const working = z.object({ work: dependencyWork });
const fileResults = z.object({ results: z.array(fileResult) });

/**
 * What the web may ask of the worker, over a Unix socket of mode 0600: POST /rpc/<name> with a JSON body. An expected
 * failure answers with its table status and `{ code, values }`. The web has asked for the permission before;
 * `permission` names which, so that none is forgotten.
 */
export const rpc = {
  "node.info": { input: z.object({}), output: nodeInfo, permission: "open" },
  "host.samples": { input: z.object({}), output: z.object({ samples: z.array(hostSample) }), permission: "self" },
  "templates.list": { input: z.object({}), output: z.object({ templates: z.array(template) }), permission: "self" },
  /** The present of the named bots, or of all; unknown ones are left out. */
  "bots.live": {
    input: z.object({ botIds: z.array(botId).optional() }),
    output: z.object({ live: z.record(z.string(), botLive) }),
    permission: "bot:view",
  },
  /** Take a definition: a new bot (with `importId`, whose files become the bot's) or a changed one. Idempotent by revision. */
  "bots.put": {
    input: z.object({ definition: botDefinition, importId: importId.optional() }),
    output: z.object({ live: botLive }),
    permission: "settings:update",
  },
  /** Stop it, kill its tree, and remove its folder (a source of kind folder stays where it is). Unknown: done already. */
  "bots.remove": { input: z.object({ botId }), output: ok, permission: "bot:delete" },
  /** Answers once the intent is stored, not once it is reached. */
  "bots.command": {
    input: z.object({ botId, command, by: askedBy }),
    output: z.object({ live: botLive }),
    permission: "power:start",
  },
  /** Each bot for itself: one that fails does not keep the others from it. The web has taken out those that the asker may not command. */
  "bots.commandMany": {
    input: z.object({ botIds: z.array(botId).max(1_000), command, by: askedBy }),
    output: z.object({
      results: z.array(
        z.union([
          z.object({ botId, live: botLive }),
          z.object({ botId, code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
        ]),
      ),
    }),
    permission: "power:start",
  },
  /** The values of its variables in the clear, or of one. AppError not_found, env_sealed_elsewhere. */
  "bots.reveal": {
    input: z.object({ botId, key: z.string().optional() }),
    output: z.object({ values: z.record(z.string(), z.string()) }),
    permission: "env:reveal",
  },
  /** A text that came another way than the log, with the values of the bot's secrets masked. */
  "bots.mask": {
    input: z.object({ botId, text: z.string() }),
    output: z.object({ text: z.string() }),
    permission: "file:read",
  },
  "bots.cancelInstall": { input: z.object({ botId }), output: ok, permission: "power:stop" },
  "bots.send": { input: z.object({ botId, text: z.string().max(16_384) }), output: ok, permission: "console:send" },
  "bots.log": { input: z.object({ botId, query: logQuery }), output: logPage, permission: "console:read" },
  "bots.search": { input: z.object({ botId, search: logSearch }), output: logHits, permission: "console:read" },
  /** Newest first; those before the run `before`. */
  "bots.runs": {
    input: z.object({ botId, before: z.number().int().positive().optional(), limit: z.number().int().min(1).max(201) }),
    output: z.object({ runs: z.array(botRun) }),
    permission: "bot:view",
  },
  "files.list": { input: onFiles.extend({ query: folderQuery }), output: folderPage, permission: "file:list" },
  "files.read": { input: onFile, output: fileContent, permission: "file:read" },
  /** `author` is remembered with the content that is written over. */
  "files.write": {
    input: onFiles.extend({
      write: fileWrite,
      author: z.string(),
      /** Texts that the history of this file may not hold: they are blacked out in every version of it. */
      redact: z.array(z.string().min(8)).optional(),
    }),
    output: fileContent,
    permission: "file:write",
  },
  "files.makeFolder": { input: onFile, output: ok, permission: "file:create" },
  /** Each for itself, like bots.commandMany. */
  "files.move": { input: onFiles.extend({ move: fileMove }), output: fileResults, permission: "file:move" },
  "files.remove": {
    input: onFiles.extend({ paths: z.array(filePath).max(1_000) }),
    output: fileResults,
    permission: "file:delete",
  },
  "files.setMode": { input: onFile.extend({ mode: z.number().int() }), output: ok, permission: "file:chmod" },
  "files.usage": { input: onFiles, output: fileUsage, permission: "file:list" },
  "files.trash": { input: onFiles, output: z.object({ entries: z.array(trashEntry) }), permission: "file:list" },
  "files.restore": {
    input: onFiles.extend({ trashId: z.string() }),
    output: z.object({ path: filePath }),
    permission: "file:create",
  },
  "files.purge": { input: onFiles, output: ok, permission: "file:delete" },
  "files.history": { input: onFile, output: z.object({ versions: z.array(fileVersion) }), permission: "file:read" },
  "files.version": {
    input: onFile.extend({ versionId: z.string() }),
    output: z.object({ text: z.string() }),
    permission: "file:read",
  },
  "files.search": { input: onFiles.extend({ search: fileSearch }), output: fileHits, permission: "file:read" },
  "files.find": { input: onFiles.extend({ search: fileFind }), output: fileNames, permission: "file:list" },
  "files.tokens": { input: onFiles.extend({ search: tokenSearch }), output: tokenLines, permission: "file:read" },
  /** `owner` is a user id: a transfer is seen only by who began it. */
  "transfers.upload": {
    input: onFiles.extend({ owner: z.string(), request: uploadRequest }),
    output: uploadView,
    permission: "file:upload",
  },
  /** Uploads of the owner's that wait for more. */
  "transfers.uploads": {
    input: onFiles.extend({ owner: z.string() }),
    output: z.object({ uploads: z.array(transferView) }),
    permission: "file:upload",
  },
  "transfers.uploadState": { input: onTransfer, output: uploadView, permission: "file:upload" },
  "transfers.taken": {
    input: onFiles.extend({ request: takenRequest }),
    output: z.object({ taken: z.array(takenPlace) }),
    permission: "file:upload",
  },
  "transfers.finish": {
    input: onTransfer.extend(uploadChoice.shape),
    output: transferView,
    permission: "file:upload",
  },
  "transfers.preview": {
    input: onFiles.extend({ request: extractRequest.pick({ path: true, to: true }) }),
    output: archivePreview,
    permission: "file:archive",
  },
  "transfers.extract": {
    input: onFiles.extend({ ...begunBy, request: extractRequest }),
    output: transferView,
    permission: "file:archive",
  },
  "transfers.formats": { input: onFiles, output: archiveFormats, permission: "file:list" },
  "transfers.pack": {
    input: onFiles.extend({ ...begunBy, request: packRequest }),
    output: transferView,
    permission: "file:archive",
  },
  "transfers.pull": {
    input: onFiles.extend({ ...begunBy, request: pullRequest }),
    output: transferView,
    permission: "file:upload",
  },
  "transfers.state": { input: onTransfer, output: transferView, permission: "file:list" },
  "transfers.cancel": { input: onTransfer, output: ok, permission: "file:list" },
  "dependencies.list": { input: onFiles, output: dependencyView, permission: "dependency:read" },
  "dependencies.log": {
    input: onBot.extend({ from: z.number().int().nonnegative() }),
    output: dependencyLog,
    permission: "dependency:read",
  },
  /** Each answers once the work is under way. AppError dependency_busy, dependency_invalid, dependency_unknown. */
  "dependencies.check": { input: onBot, output: working, permission: "dependency:read" },
  "dependencies.install": {
    input: onBot.extend({ request: packageRequest, start: z.boolean(), author: z.string() }),
    output: working,
    permission: "dependency:install",
  },
  "dependencies.remove": {
    input: onBot.extend({ name: packageRequest.shape.name, author: z.string() }),
    output: working,
    permission: "dependency:remove",
  },
  "dependencies.cancel": { input: onBot, output: working, permission: "dependency:install" },
  /** `owner` is a user id: an import is seen only by who made it. */
  "imports.create": {
    input: z.object({
      owner: z.string(),
      request: importRequest,
      /** For git with a token or by ssh. */
      keep: importKeep.optional(),
      /** Any folder of this server, listed or not: the owner of BOTYARD_HOME asks, who can read them all anyway. */
      anywhere: z.boolean().default(false),
    }),
    output: importView,
    permission: "bot:create",
  },
  "imports.get": { input: z.object({ owner: z.string(), importId }), output: keptImport, permission: "bot:create" },
  /** Tries a failed import by git again, with the same key or token. */
  "imports.retry": { input: z.object({ owner: z.string(), importId }), output: importView, permission: "bot:create" },
  /** The branches of a repository, before anything is brought. */
  "imports.branches": {
    input: z.object({ url: z.string().max(2_000), keep: importKeep.optional() }),
    output: gitBranches,
    permission: "bot:create",
  },
  "imports.cancel": { input: z.object({ owner: z.string(), importId }), output: ok, permission: "bot:create" },
  /** All chunks are here: assemble, unpack, look. */
  "imports.finish": { input: z.object({ owner: z.string(), importId }), output: importView, permission: "bot:create" },
  /** With `fetch` the repository is asked first what is new: AppErrors of git. AppError deploy_not_git for a bot whose files came otherwise. */
  "deploys.state": { input: onFiles.extend({ fetch: z.boolean() }), output: deployState, permission: "git:read" },
  /** Newest first; at most DEPLOYS_KEPT. */
  "deploys.list": { input: onFiles, output: z.object({ deploys: z.array(deploy) }), permission: "deploy:read" },
  "deploys.get": { input: onDeploy, output: deploy, permission: "deploy:read" },
  "deploys.log": {
    input: onDeploy.extend({ after: z.number().int().nonnegative().default(0) }),
    output: deployLog,
    permission: "deploy:read",
  },
  /** Answers once it is written down. They are made one after another: AppError deploy_busy when one waits already. An earlier commit asks for deploy:rollback. */
  "deploys.start": {
    input: onFiles.extend({ request: deployRequest, cause: deployCause }),
    output: deploy,
    permission: "deploy:run",
  },
  /** Puts back what it placed; one that has ended stays as it is. */
  "deploys.cancel": { input: onDeploy, output: deploy, permission: "deploy:run" },
  /** A push told by a host: AppError webhook_refused (signature), webhook_replayed. */
  "deploys.webhook": { input: onBot.extend({ push: webhookPush }), output: webhookAnswer, permission: "open" },
  /** Forgets the host key that was seen first: the next one is taken. */
  "deploys.forgetHost": { input: onBot, output: ok, permission: "deploy:settings" },
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
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType; permission: string }>;

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
