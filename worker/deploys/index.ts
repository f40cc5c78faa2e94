import { createHash } from "node:crypto";
import { appendFileSync, constants } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import type { BotDefinition, BotId } from "#contracts/bot";
import type { Deploy, DeployCause, DeployRequest } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import { GIT_SEALED } from "#contracts/git";
import type { AllFiles } from "../files/index";
import { type Remote, secretOf } from "../git/access";
import { gitAddress } from "../git/address";
import { assertGit } from "../git/call";
import { allowedNetworks, resolveHost } from "../imports/address";
import type { Deploys, Logs, Supervisor } from "../ports";
import { type Clock, realClock } from "../supervisor/clock";
import type { Unseal } from "../supervisor/unseal";
import { createDesk, type Desk, sourceOf, wishedBranch } from "./desk";
import { Cancelled, Closing, make } from "./make";
import { assertSigned, readPush } from "./push";
import { type Record, viewOf } from "./record";
import { stateOf } from "./state";

export { mend } from "./mend";

export type DeployPorts = {
  /** homePaths().bots */
  botsDir: string;
  supervisor: Pick<Supervisor, "awake" | "definition" | "rest" | "get" | "onChange">;
  files: Pick<AllFiles, "bot">;
  logs: Pick<Logs, "mask">;
  unseal: Unseal;
  /** Networks that git may reach although they are private. */
  allowNetworks: readonly string[];
  gitCaFile?: string | undefined;
  /** Bytes of a repository at most. */
  limitBytes: number;
  gitTimeLimitMs?: number;
  clock?: Pick<Clock, "after">;
  say(line: string): void;
};

/** How often it is looked whether a log has grown, ms. */
const TICK_MS = 250;
/** Of a log told at once, bytes. */
const PIECE_BYTES = 64 * 1024;
/** Pushes that are remembered, so that none is taken twice. */
const PUSHES_KEPT = 1_000;

/** A deploy that is under way or waits. */
type Active = { record: Record; stop: AbortController; ended: Promise<void> };

/** One bot's deploys: made one after another, and one call of git at a time. */
type Line = { desk: Desk; active: Active[]; last: Promise<unknown>; git: Promise<unknown> };

/** Opens the deploys of all bots. What an earlier worker left half is put back when its bot wakes (`mend`). */
export function openDeploys(ports: DeployPorts): Deploys {
  const { botsDir, supervisor, files, logs, say } = ports;
  const allowed = allowedNetworks(ports.allowNetworks);
  const lines = new Map<BotId, Line>();
  const changed = new Set<(deploy: Deploy) => void>();
  const grown = new Set<(botId: BotId, number: number, end: number) => void>();
  const looking = new AbortController();
  let closed = false;

  async function definitionOf(botId: BotId): Promise<BotDefinition> {
    await supervisor.awake(botId);
    const definition = supervisor.definition(botId);
    if (!definition) throw new AppError("not_found", { what: "bot" });
    sourceOf(definition);
    return definition;
  }

  function lineOf(botId: BotId): Line {
    const known = lines.get(botId);
    if (known) return known;
    const { limitBytes, gitTimeLimitMs: timeLimitMs } = ports;
    const desk = createDesk(`${botsDir}/${botId}`, { limitBytes, timeLimitMs });
    const line: Line = { desk, active: [], last: Promise.resolve(), git: Promise.resolve() };
    lines.set(botId, line);
    return line;
  }

  const alone =
    (line: Line) =>
    <T>(work: () => Promise<T>): Promise<T> => {
      const done = line.git.then(work);
      line.git = done.catch(() => {});
      return done;
    };

  /** A remote whose host was looked at just now. */
  async function remoteOf(definition: BotDefinition, desk: Desk): Promise<Remote> {
    const address = gitAddress(sourceOf(definition).url);
    await assertGit();
    const pinned = await resolveHost(address.host, allowed);
    const secret = secretOf(definition.id, definition.deploy?.credentials ?? {}, ports.unseal);
    return { address, pinned, caFile: ports.gitCaFile, secret, knownHosts: desk.shelf.knownHosts };
  }

  function tell(record: Record, active: boolean) {
    for (const listener of changed) listener(viewOf(record, active));
  }

  async function begin(botId: BotId, request: DeployRequest, cause: DeployCause): Promise<Deploy> {
    const definition = await definitionOf(botId);
    const line = lineOf(botId);
    // One is made and one waits: a third would do nothing that the second does not.
    if (line.active.length > 1 || closed) throw new AppError("deploy_busy");
    const { shelf } = line.desk;
    const active: Active = {
      record: {
        botId,
        number: 0,
        cause,
        branch: wishedBranch(definition) ?? "",
        from: null,
        to: null,
        startedAt: Date.now(),
        status: { state: "running", step: "queued" },
        request,
      },
      stop: new AbortController(),
      ended: Promise.resolve(),
    };
    line.active.push(active);
    try {
      active.record.number = await shelf.next();
      await shelf.put(active.record);
    } catch (error) {
      line.active = line.active.filter((one) => one !== active);
      throw error;
    }
    active.ended = line.last.then(() => run(botId, line, active));
    line.last = active.ended;
    tell(active.record, true);
    return viewOf(active.record, true);
  }

  /** Never rejects. */
  async function run(botId: BotId, line: Line, active: Active): Promise<void> {
    const { record, stop } = active;
    if (record.endedAt !== undefined) return;
    const { desk } = line;
    const log = desk.shelf.logOf(record.number);
    const change = async (news: Partial<Record>, lasting?: "power" | "worker") => {
      if (closed) throw new Closing();
      await desk.shelf.put({ ...record, ...news }, lasting);
      Object.assign(record, news);
      tell(record, record.status.state === "running");
    };
    const ticking = setInterval(() => void tick(botId, record.number, log), TICK_MS);
    try {
      // What was set since it was asked for counts.
      const definition = await definitionOf(botId);
      const remote = await remoteOf(definition, desk).catch(async (error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        const { code, values, message } = error;
        await change({ status: { state: "failed", code, values, message }, endedAt: Date.now() });
      });
      if (!remote) return;
      await make({
        botId,
        definition,
        desk,
        files: await files.bot(botId),
        supervisor,
        remote,
        record,
        clock: ports.clock ?? realClock,
        signal: stop.signal,
        change,
        alone: alone(line),
        // Ours as well as what is installed and built lie there as they were said: masked is what leaves (see `log`).
        say: (text) => appendFileSync(log, `${text}\n`, { mode: 0o600 }),
      });
    } catch (error) {
      if (!(error instanceof Closing))
        say(`bot ${botId}: deploy ${record.number}: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      clearInterval(ticking);
      await tick(botId, record.number, log);
      line.active = line.active.filter((one) => one !== active);
      tell(record, false);
    }
  }

  const sizes = new Map<string, number>();
  async function tick(botId: BotId, number: number, log: string): Promise<void> {
    const end = (await stat(log).catch(() => undefined))?.size ?? 0;
    if (sizes.get(log) === end) return;
    sizes.set(log, end);
    for (const listener of grown) listener(botId, number, end);
  }

  const activeOf = (botId: BotId, number: number) =>
    lines.get(botId)?.active.find(({ record }) => record.number === number);

  async function find(botId: BotId, number: number): Promise<Record> {
    await definitionOf(botId);
    const record = activeOf(botId, number)?.record ?? (await lineOf(botId).desk.shelf.read(number));
    if (!record) throw new AppError("not_found", { what: "deploy" });
    return record;
  }

  const view = (record: Record) => viewOf(record, activeOf(record.botId, record.number) !== undefined);

  async function stopAll(botId: BotId, why: Error): Promise<void> {
    const active = lines.get(botId)?.active ?? [];
    for (const { stop } of active) stop.abort(why);
    await Promise.all(active.map(({ ended }) => ended));
  }

  return {
    start: begin,
    async state(botId, fetch) {
      const definition = await definitionOf(botId);
      const line = lineOf(botId);
      // One that has ended is in the line for a moment longer.
      const running = line.active.find(({ record }) => record.endedAt === undefined);
      const bot = await files.bot(botId);
      const told = await alone(line)(async () => {
        const remote = fetch && !running ? await remoteOf(definition, line.desk) : undefined;
        return stateOf({ desk: line.desk, definition, files: bot }, remote, looking.signal);
      });
      return { ...told, ...(running && { running: running.record.number }) };
    },
    async list(botId) {
      await definitionOf(botId);
      return (await lineOf(botId).desk.shelf.list()).map((record) =>
        view(activeOf(botId, record.number)?.record ?? record),
      );
    },
    get: async (botId, number) => view(await find(botId, number)),
    async log(botId, number, after) {
      const record = await find(botId, number);
      const ended = view(record).status.state !== "running";
      return {
        ...(await readLog(lineOf(botId).desk.shelf.logOf(number), after, ended, (text) => logs.mask(botId, text))),
      };
    },
    async cancel(botId, number) {
      const record = await find(botId, number);
      const line = lineOf(botId);
      const active = activeOf(botId, number);
      active?.stop.abort(new Cancelled());
      if (active && active !== line.active[0]) {
        // It waits, and nothing of it was begun.
        line.active = line.active.filter((one) => one !== active);
        Object.assign(record, { status: { state: "cancelled" }, endedAt: Date.now() });
        await line.desk.shelf.put(record);
        tell(record, false);
      } else await active?.ended;
      return view(record);
    },
    async webhook(botId, push) {
      const definition = await definitionOf(botId).catch(() => undefined);
      const { settings, webhookSecret } = definition?.deploy ?? {};
      // Who cannot sign learns nothing: not whether there is such a bot either.
      if (!settings || webhookSecret === undefined) throw new AppError("webhook_refused");
      const bytes = assertSigned(push, ports.unseal(botId, GIT_SEALED.webhook, webhookSecret));
      const line = lineOf(botId);
      const fresh = await alone(line)(() => remember(line.desk, push, bytes));
      if (!fresh) throw new AppError("webhook_replayed");
      if (!settings.webhook) return { outcome: "ignored", why: "off" };
      const { branch, name } = readPush(bytes, push.event ?? "");
      if (branch === undefined) return { outcome: "ignored", why: "event" };
      const known = await line.desk.shelf.upstream();
      const followed = definition && (wishedBranch(definition) ?? known?.branch);
      if (followed !== undefined && followed !== branch) return { outcome: "ignored", why: "branch" };
      try {
        const { number } = await begin(botId, { local: "keep", again: false }, { kind: "webhook", name });
        return { outcome: "started", number };
      } catch (error) {
        if (error instanceof AppError && error.code === "deploy_busy") return { outcome: "ignored", why: "busy" };
        throw error;
      }
    },
    knowHost: (botId, hostKeys) => lineOf(botId).desk.shelf.putKnownHosts(hostKeys),
    async forgetHost(botId) {
      await definitionOf(botId);
      await rm(lineOf(botId).desk.shelf.knownHosts, { force: true });
    },
    async forget(botId) {
      await stopAll(botId, new Cancelled());
      lines.delete(botId);
    },
    onChange(listener) {
      changed.add(listener);
      return () => void changed.delete(listener);
    },
    onLog(listener) {
      grown.add(listener);
      return () => void grown.delete(listener);
    },
    close() {
      closed = true;
      changed.clear();
      grown.clear();
      looking.abort(new Closing());
      // Not waited for: what is half is put back by the next worker, and a bot must not hold up this one's end.
      for (const line of lines.values()) for (const { stop } of line.active) stop.abort(new Closing());
    },
  };
}

/** Takes down that a push was told: false when it was before. The body is what is signed, so it is known by that and by its number. */
async function remember(desk: Desk, push: { delivery?: string | undefined }, bytes: Buffer): Promise<boolean> {
  const names = [`body ${createHash("sha256").update(bytes).digest("base64url")}`];
  if (push.delivery) names.push(`delivery ${push.delivery}`);
  const seen = await desk.shelf.pushes();
  if (names.some((name) => seen.includes(name))) return false;
  await desk.shelf.putPushes([...seen, ...names].slice(-PUSHES_KEPT));
  return true;
}

/** A stretch of a log in whole lines, so that no secret is cut in two before it is masked. */
async function readLog(path: string, after: number, ended: boolean, mask: (line: string) => string) {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (!file) return { text: "", end: after, ended };
  try {
    const { size } = await file.stat();
    const piece = Buffer.alloc(Math.max(0, Math.min(PIECE_BYTES, size - after)));
    const { bytesRead } = await file.read(piece, 0, piece.length, after);
    const isLast = after + bytesRead >= size;
    const whole = isLast && ended ? bytesRead : piece.subarray(0, bytesRead).lastIndexOf(10) + 1;
    // A line longer than a piece goes in pieces: better than never.
    const bytes = whole === 0 && bytesRead === PIECE_BYTES ? bytesRead : whole;
    const lines = piece.subarray(0, bytes).toString("utf8").split("\n");
    const text = lines.map((line) => mask(line)).join("\n");
    return { text, end: after + bytes, ended: ended && after + bytes >= size };
  } finally {
    await file.close();
  }
}
