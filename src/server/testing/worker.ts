import { mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { pipeline, Readable } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import type { BotDefinition, BotLive, BotSource } from "#contracts/bot";
import { botLive } from "#contracts/bot";
import type { WebhookAnswer } from "#contracts/deploy";
import { AppError, errorTable } from "#contracts/errors";
import type { ImportKeep, ImportRequest, ImportView } from "#contracts/import";
import { type RpcName, rpc } from "#contracts/rpc";
import { deployAnswers } from "./deploys";
import { fileAnswers } from "./files";
import { transferAnswers, upload } from "./transfers";

/** What the web asked, in order. */
export type Ask = { name: string; input: unknown };

/** A worker of the contract's own words on a real Unix socket: it keeps what it is handed and does nothing with it. */
export type FakeWorker = {
  asks: Ask[];
  /** What was left by who asked before it was answered, by name. */
  left: string[];
  definitions: Map<string, BotDefinition>;
  imports: Map<string, { owner: string; view: ImportView; keep?: ImportKeep }>;
  /** What comes of a push. */
  push: { answer: WebhookAnswer };
  chunks: Buffer[];
  /** What a log as a file consists of, and why it is refused. */
  log: { pieces: () => Iterable<string>; refusal?: AppError };
  /** What a download consists of, as the worker says it. */
  download: { status: number; headers: Record<string, string>; pieces: () => Iterable<string> };
  /** Refuse the next asks of a name. */
  refuse(name: RpcName, error: AppError | null): void;
  /** Does what is asked by a name, and hangs up instead of answering. */
  hangUp(name: RpcName, always: boolean): void;
  /** Lets the next asks of a name wait until what it answers with is called. */
  hold(name: RpcName): () => void;
  /** Refuse what is asked of one bot among many. */
  refuseBot(botId: string, error: AppError): void;
  /** Refuse, or skip, what is asked of one path among many. */
  refusePath(path: string, error: AppError | "skip"): void;
  close(): Promise<void>;
};

const stopped: BotLive = botLive.parse({
  status: { state: "stopped" },
  desired: "down",
  restarts: 0,
  install: { state: "none" },
  samples: [],
  isolation: { level: "none", kill: "marker" },
});

export const detection = (entry: string): Extract<ImportView["status"], { state: "ready" }>["detection"] => ({
  runtime: "node",
  entry,
  entries: [{ path: entry, runtime: "node", why: "main" }],
  installer: "none",
  name: null,
  warnings: [],
  tokenOptional: false,
});

function sourceOf(request: ImportRequest): BotSource {
  if (request.kind === "folder") return { kind: "folder", path: request.path };
  if (request.kind === "git") return { kind: "git", url: request.url };
  return { kind: "template", template: "demo-js" };
}

/** Opens it where the web looks for its worker. */
export async function openFakeWorker(socketPath: string): Promise<FakeWorker> {
  const asks: Ask[] = [];
  const left: string[] = [];
  const definitions = new Map<string, BotDefinition>();
  const imports: FakeWorker["imports"] = new Map();
  const chunks: Buffer[] = [];
  const push: FakeWorker["push"] = { answer: { outcome: "started", number: 1 } };
  const log: FakeWorker["log"] = { pieces: () => [] };
  const download: FakeWorker["download"] = { status: 200, headers: {}, pieces: () => [] };
  const refused = new Map<string, AppError>();
  const held = new Map<string, Promise<void>>();
  const mute = new Set<string>();
  const refusedBots = new Map<string, AppError>();
  const refusedPaths = new Map<string, AppError | "skip">();

  const readyImport = (
    owner: string,
    source: Extract<ImportView["status"], { state: "ready" }>["source"],
    keep?: ImportKeep,
  ): ImportView => {
    const id = Array.from({ length: 16 }, () => "abcdefghij0123456789"[Math.floor(Math.random() * 20)]).join("");
    const view: ImportView = {
      id,
      createdAt: Date.now(),
      status: { state: "ready", detection: detection("index.js"), source, bytes: 1, files: 1 },
    };
    imports.set(id, { owner, view, ...(keep && { keep }) });
    return view;
  };
  const find = (owner: string, id: string): ImportView & { keep?: ImportKeep } => {
    const found = imports.get(id);
    if (found?.owner !== owner) throw new AppError("import_gone");
    return { ...found.view, ...(found.keep && { keep: found.keep }) };
  };

  const answers: { [Name in RpcName]?: (input: never) => unknown } = {
    "node.info": () => ({
      nodeId: "node1",
      name: "test",
      version: "0.0.0",
      pid: process.pid,
      startedAt: Date.now(),
      cores: 2,
      runtimes: [
        { name: "node", version: "20.20.0" },
        { name: "python", version: null },
      ],
      isolation: {
        level: "none",
        kill: "marker",
        limits: { memory: "worker", cpu: "nobody", processes: "nobody" },
        missing: [],
      },
      sftp: { state: "off" },
      database: true,
    }),
    "host.samples": () => ({ samples: [] }),
    "templates.list": () => ({ templates: [] }),
    "bots.live": ({ botIds }: { botIds?: string[] }) => ({
      live: Object.fromEntries(
        (botIds ?? [...definitions.keys()]).filter((id) => definitions.has(id)).map((id) => [id, stopped]),
      ),
    }),
    "bots.list": () => ({ bots: Object.fromEntries([...definitions].map(([id, { revision }]) => [id, revision])) }),
    "bots.get": ({ botId }: { botId: string }) => {
      const definition = definitions.get(botId);
      if (!definition) throw new AppError("not_found", { what: "bot" });
      return { definition };
    },
    "bots.put": ({ definition, importId }: { definition: BotDefinition; importId?: string }) => {
      const has = definitions.get(definition.id);
      const isNewer = has !== undefined && has.revision >= definition.revision;
      if (!isNewer) definitions.set(definition.id, definition);
      if (importId) imports.delete(importId);
      return { live: stopped, ...(isNewer && !isDeepStrictEqual(has, definition) && { newer: has.revision }) };
    },
    "bots.remove": ({ botId }: { botId: string }) => {
      definitions.delete(botId);
      return {};
    },
    "bots.command": () => ({ live: { ...stopped, status: { state: "starting", pid: 1, run: 1, since: Date.now() } } }),
    "bots.commandMany": ({ botIds }: { botIds: string[] }) => ({
      results: botIds.map((botId) => {
        const refusal = refusedBots.get(botId);
        if (refusal) return { botId, code: refusal.code, values: refusal.values };
        return { botId, live: { ...stopped, status: { state: "starting", pid: 1, run: 1, since: Date.now() } } };
      }),
    }),
    "bots.reveal": () => ({ values: { KEPT: "kept" } }),
    "bots.mask": ({ text }: { text: string }) => ({ text }),
    "bots.cancelInstall": () => ({}),
    "bots.send": () => ({}),
    "bots.log": () => ({ lines: [], end: null, start: null }),
    "bots.search": () => ({ hits: [], next: null, scanned: 0, left: 0 }),
    "bots.runs": () => ({ runs: [] }),
    ...fileAnswers(refusedPaths),
    ...transferAnswers(),
    ...deployAnswers(() => push.answer),
    "imports.create": ({ owner, request, keep }: { owner: string; request: ImportRequest; keep?: ImportKeep }) =>
      readyImport(owner, sourceOf(request), keep),
    "imports.retry": ({ owner, importId }: { owner: string; importId: string }) => find(owner, importId),
    "imports.branches": () => ({ branches: ["main", "dev"], head: "main" }),
    "imports.get": ({ owner, importId }: { owner: string; importId: string }) => find(owner, importId),
    "imports.finish": ({ owner, importId }: { owner: string; importId: string }) => find(owner, importId),
    "imports.cancel": () => ({}),
  };

  async function answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? "", "http://worker");
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    if (url.pathname === "/chunk") {
      asks.push({ name: "chunk", input: Object.fromEntries(url.searchParams) });
      chunks.push(body);
      return find(url.searchParams.get("owner") ?? "", url.searchParams.get("importId") ?? "");
    }
    if (url.pathname === "/upload") {
      asks.push({ name: "upload", input: Object.fromEntries(url.searchParams) });
      chunks.push(body);
      return upload;
    }
    if (log.refusal && url.pathname === "/log") throw log.refusal;
    const name = url.pathname.slice("/rpc/".length);
    if (!isName(name)) throw new Error(`no such rpc: ${name}`);
    const input: unknown = rpc[name].input.parse(JSON.parse(body.toString()));
    asks.push({ name, input });
    await held.get(name);
    const refusal = refused.get(name);
    if (refusal) throw refusal;
    return Reflect.apply(answers[name] ?? (() => ({})), null, [input]);
  }

  mkdirSync(dirname(socketPath), { recursive: true });
  rmSync(socketPath, { force: true });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://worker");
    if (url.pathname === "/log" && !log.refusal) {
      asks.push({ name: "log", input: Object.fromEntries(url.searchParams) });
      return pipeline(Readable.from(log.pieces()), response, () => {});
    }
    if (url.pathname === "/file" || url.pathname === "/archive") {
      const { range, "if-range": ifRange } = request.headers;
      const names = url.searchParams.getAll("names");
      asks.push({ name: url.pathname, input: { ...Object.fromEntries(url.searchParams), names, range, ifRange } });
      response.writeHead(download.status, download.headers);
      return pipeline(Readable.from(download.pieces()), response, () => {});
    }
    response.once("close", () => {
      if (!response.writableFinished) left.push(url.pathname.slice("/rpc/".length));
    });
    answer(request).then(
      (value) => {
        if (mute.has(url.pathname.slice("/rpc/".length))) response.destroy();
        else response.end(JSON.stringify(value));
      },
      (error: unknown) => {
        const known = error instanceof AppError ? error : null;
        response.statusCode = known ? errorTable[known.code].status : 500;
        response.end(JSON.stringify(known ? { code: known.code, values: known.values } : { message: String(error) }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    asks,
    left,
    definitions,
    imports,
    push,
    chunks,
    log,
    download,
    refuse: (name, error) => void (error ? refused.set(name, error) : refused.delete(name)),
    hangUp: (name, always) => void (always ? mute.add(name) : mute.delete(name)),
    hold(name) {
      let release = () => {};
      held.set(name, new Promise((resolve) => (release = resolve)));
      return () => {
        held.delete(name);
        release();
      };
    },
    refuseBot: (botId, error) => void refusedBots.set(botId, error),
    refusePath: (path, error) => void refusedPaths.set(path, error),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isName = (name: string): name is RpcName => Object.hasOwn(rpc, name);
