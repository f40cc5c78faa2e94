import { existsSync, readFileSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#contracts/errors";
import type { ImportKeep, ImportRequest } from "#contracts/import";
import { randomName } from "../files/names";
import type { Remote } from "../git/access";
import { gitAddress, gitBranch } from "../git/address";
import { branchesOf } from "../git/clone";
import { openRemote } from "../git/remote";
import { receiveChunk } from "../incoming/chunk";
import type { Imports } from "../ports/index";
import type { Unseal } from "../supervisor/unseal";
import { allowedNetworks } from "./address";
import { assertUnused, listedFolder } from "./folder";
import { asAppError, type Brought, bringFolder, bringGit, bringTemplate, bringUpload, zipOf } from "./jobs";
import { announce, makeRoom } from "./receive";
import { createShelf, type Item, keptOf, knownHostsOf, viewOf } from "./shelf";
import { findTemplate } from "./templates";

export type ImportOptions = {
  /** Where files are staged; everything in it is ours and is removed when the worker starts. */
  dir: string;
  templatesDir: string;
  /** Where definitions lie, to see whose a folder is. */
  botsDir?: string;
  /** Folders of this server that bots may be run from. */
  folders: readonly string[];
  /** Networks that git may reach although they are private. */
  allowNetworks: readonly string[];
  /** Bytes of one import at most, packed and unpacked. */
  limitBytes: number;
  gitCaFile?: string;
  gitTimeLimitMs?: number;
  /** Opens what git is let in with. */
  unseal?: Unseal;
  now?: () => number;
};

const SWEEP_MS = 60_000;
/** Branches are listed within this, or not at all, ms. */
const BRANCHES_MS = 20_000;
/** A short job is waited for, so that its answer need not be asked for again. */
const PATIENCE_MS = 1_000;

/*
 *   create ──▶ receiving ──finish──▶ working ──▶ ready ──take──▶ (a bot's)
 *      └─────────(git)─────────────────▲ └─────▶ failed
 *   cancel, an hour of silence, close: from any state, and the files go with it
 */

/** Opens the staging of bots to be. Leftovers of an earlier worker are removed: their owners have long been told. */
export async function openImports(options: ImportOptions): Promise<Imports> {
  const { dir, templatesDir, folders, limitBytes, now = Date.now } = options;
  const reach = { allowed: allowedNetworks(options.allowNetworks), caFile: options.gitCaFile, unseal: options.unseal };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // A git that a killed worker left behind may still be writing there.
  for (const old of await readdir(dir)) await rm(join(dir, old), { recursive: true, force: true, maxRetries: 10 });
  const shelf = createShelf(dir, now);
  /** Aborted when nobody waits for branches any more. */
  const asking = new AbortController();
  const sweep = setInterval(shelf.dropExpired, SWEEP_MS).unref();

  type Asked<Kind> = Extract<ImportRequest, { kind: Kind }>;
  const start = {
    async template(owner: string, request: Asked<"template">) {
      const template = await findTemplate(templatesDir, request.template);
      const item = shelf.add(owner, { state: "working", step: "copy", detail: template.title });
      begin(item, bringTemplate(item, templatesDir, template));
      await item.work;
      return item;
    },

    async upload(owner: string, { files }: Asked<"upload">) {
      const incoming = announce(files, limitBytes);
      const total = incoming.reduce((sum, { size }) => sum + size, 0);
      const item = shelf.add(owner, { state: "receiving", received: 0, total });
      item.files = incoming;
      try {
        await makeRoom(join(item.dir, "incoming"), incoming);
      } catch (error) {
        await shelf.drop(item);
        throw asAppError(error, dir);
      }
      return item;
    },

    async git(owner: string, request: Asked<"git">, keep: ImportKeep | undefined) {
      const { host } = gitAddress(request.url);
      const branch = gitBranch(request.branch);
      const working = { state: "working", step: "clone", detail: host } as const;
      // Who is refused now never had an import.
      const first = await remoteOf(request.url, keep);
      const item = shelf.add(owner, working);
      if (keep) item.keep = keep;
      const bring = (there: Omit<Remote, "knownHosts">) => {
        item.status = working;
        const { gitTimeLimitMs: timeLimitMs } = options;
        const remote = { ...there, knownHosts: knownHostsOf(item) };
        begin(item, bringGit(item, { remote, branch, limitBytes, timeLimitMs }));
      };
      item.again = async () => bring(await remoteOf(request.url, keep));
      bring(first);
      return item;
    },

    async folder(owner: string, request: Asked<"folder">, anywhere: boolean) {
      const path = await listedFolder(request.path, anywhere ? ["/"] : folders);
      if (options.botsDir !== undefined && !request.shared) assertUnused(path, options.botsDir);
      const item = shelf.add(owner, { state: "working", step: "look", detail: path });
      item.shared = request.shared ?? false;
      begin(item, bringFolder(path));
      await Promise.race([item.work, patience()]);
      return item;
    },
  };

  const remoteOf = (url: string, keep: ImportKeep | undefined) =>
    openRemote(url, keep?.botId ?? "", keep?.credentials, reach);

  /** Writes down how a job ended; a failed one keeps its reason and loses its files. */
  function begin(item: Item, job: Promise<Brought>) {
    item.work = job
      .then(({ source, detection, bytes, files }) => {
        if (files === 0) throw new AppError("import_empty");
        item.stop.signal.throwIfAborted();
        item.found = { source, detection };
        item.status = { state: "ready", detection, source, bytes, files };
      })
      .catch(async (error) => {
        const { code, values, message } = asAppError(error, dir);
        // What cannot be removed now goes when the worker starts again.
        await rm(item.dir, { recursive: true, force: true }).catch(() => undefined);
        item.status = { state: "failed", code, values, message };
      })
      .then(() => {
        item.touched = now();
      });
  }

  return {
    async create(owner, request, { anywhere = false, keep } = {}) {
      // One entry per kind; the compiler does not follow a table of them.
      switch (request.kind) {
        case "template":
          return viewOf(await start.template(owner, request));
        case "upload":
          return viewOf(await start.upload(owner, request));
        case "git":
          return viewOf(await start.git(owner, request, keep));
        case "folder":
          return viewOf(await start.folder(owner, request, anywhere));
      }
    },

    get: (owner, importId) => keptOf(shelf.find(owner, importId)),

    async retry(owner, importId) {
      const item = shelf.find(owner, importId);
      if (item.status.state !== "failed" || !item.again) throw new AppError("import_not_ready");
      await item.again();
      return viewOf(item);
    },

    async branches(url, keep, gone) {
      const scratch = join(dir, `branches-${randomName()}`);
      const knownHosts = `${scratch}.known_hosts`;
      try {
        const remote = { ...(await remoteOf(url, keep)), knownHosts };
        const signal = AbortSignal.any([asking.signal, ...(gone ? [gone] : [])]);
        return await branchesOf(remote, { scratch, signal, timeLimitMs: options.gitTimeLimitMs ?? BRANCHES_MS });
      } finally {
        await rm(scratch, { recursive: true, force: true });
        await rm(knownHosts, { force: true });
      }
    },

    async chunk(owner, importId, index, offset, body) {
      const item = shelf.find(owner, importId);
      const file = item.files[index];
      if (item.status.state !== "receiving" || !file) throw new AppError("not_found", { what: "file of this import" });
      const writing = item.work.then(async () => {
        if (item.status.state !== "receiving") throw new AppError("import_gone");
        const chunk = { offset, body, signal: item.stop.signal };
        await receiveChunk(join(item.dir, "incoming", String(index)), file, chunk);
      });
      item.work = writing.catch(() => undefined);
      try {
        await writing;
      } catch (error) {
        throw item.stop.signal.aborted ? new AppError("import_gone") : asAppError(error, dir);
      }
      if (item.stop.signal.aborted) throw new AppError("import_gone");
      item.touched = now();
      item.status = { ...item.status, received: item.files.reduce((sum, { received }) => sum + received, 0) };
      return viewOf(item);
    },

    async finish(owner, importId) {
      const item = shelf.find(owner, importId);
      if (item.status.state !== "receiving") return viewOf(item);
      await item.work;
      if (item.status.state !== "receiving") return viewOf(item);
      const missing = item.files.reduce((sum, { size, received }) => sum + size - received, 0);
      if (missing > 0) throw new AppError("upload_incomplete", { missing });
      const zip = zipOf(item);
      item.status = { state: "working", step: zip === undefined ? "copy" : "unpack", detail: zip ?? "" };
      begin(item, bringUpload(item, limitBytes));
      await Promise.race([item.work, patience()]);
      return viewOf(item);
    },

    async cancel(owner, importId) {
      await shelf.drop(shelf.find(owner, importId));
    },

    take(importId) {
      const item = shelf.byId(importId);
      if (item.status.state !== "ready" || !item.found) throw new AppError("import_not_ready");
      const { source, detection } = item.found;
      if (source.kind === "folder") {
        if (options.botsDir !== undefined && !item.shared) assertUnused(source.path, options.botsDir);
        shelf.forget(item);
        return { source, detection };
      }
      const folder = join(dir, `${item.id}.taken`);
      renameSync(join(item.dir, "files"), folder);
      rmdirSync(item.dir);
      shelf.forget(item);
      const knownHosts = knownHostsOf(item);
      if (!existsSync(knownHosts)) return { folder, source, detection };
      const hostKeys = readFileSync(knownHosts, "utf8");
      rmSync(knownHosts);
      return { folder, source, detection, hostKeys };
    },

    async close() {
      clearInterval(sweep);
      asking.abort(new AppError("worker_away"));
      await shelf.close();
    },
  };
}

const patience = () => new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
