import type { BotDefinition, BotId } from "#contracts/bot";
import type { DeployConflict, DeployStatus, DeployStep } from "#contracts/deploy";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import type { BotFiles } from "../files/index";
import { showPath } from "../files/path";
import type { Remote } from "../git/access";
import type { Resting, Supervisor } from "../ports";
import type { Clock } from "../supervisor/clock";
import { type Change, movedOn, planOf } from "./compare";
import type { Desk } from "./desk";
import { makeRoom, missingFolders, place, type Step, undo } from "./place";
import type { Record } from "./record";
import { watch } from "./watch";

/** What one deploy is made with. */
export type Making = {
  botId: BotId;
  definition: BotDefinition;
  desk: Desk;
  files: BotFiles;
  supervisor: Pick<Supervisor, "rest" | "get" | "onChange">;
  remote: Remote;
  record: Record;
  clock: Pick<Clock, "after">;
  /** Aborted with a Cancelled, or with a Closing. */
  signal: AbortSignal;
  /** Changes the record and tells of it. `lasting`: as writeAtomic. */
  change(news: Partial<Record>, lasting?: "power" | "worker"): Promise<void>;
  say(line: string): void;
  /** One call of git of this bot at a time. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

/** A person called it off. */
export class Cancelled extends Error {}
/** The worker ends: the next one puts back what is to be put back. */
export class Closing extends Error {}

/** The bot did not run with the new commit. */
class NotRunning extends Error {}

const words = en.deployLog;
const CONFLICTS_TOLD = 100;
const short = (id: string) => id.slice(0, 10);

/** Makes a deploy. What it came to is its status; it rejects only with Closing, or with a bug. */
export async function make(making: Making): Promise<void> {
  const { record, desk, say, change } = making;
  const step = (name: DeployStep) => change({ status: { state: "running", step: name } }, "worker");
  let conflicts: DeployConflict[] | undefined;
  try {
    const ready = await prepare(making, step, (found) => {
      conflicts = found;
    });
    await step("stop");
    say(words.stop);
    const ran = await making.supervisor.rest(making.botId, (resting) => replace(making, ready, resting, step));
    const bot = await settle(making, ran, step);
    await desk.shelf.putCurrent({ commit: ready.to, branch: ready.branch, number: record.number });
    say(bot === "stopped" ? words.stopped : words.running);
    await end(making, { state: "done", bot, files: ready.changes.length });
  } catch (error) {
    const status = statusOf(making, error, conflicts);
    // Something of what was there before is still to be put back: the next worker tries it again.
    const undone = !(error instanceof AppError && error.code === "deploy_not_undone");
    await end(making, status, undone);
  }
}

type Ready = { to: string; branch: string; changes: Change[]; steps: Step[] };

/** Everything before the bot is touched. */
async function prepare(
  making: Making,
  step: (name: DeployStep) => Promise<void>,
  conflicting: (found: DeployConflict[]) => void,
): Promise<Ready> {
  const { definition, desk, files, remote, record, signal, change, say, alone } = making;
  const { request } = record;
  const { repository, shelf } = desk;
  await step("fetch");
  return alone(async () => {
    const branch = await desk.lookUpstream(definition, remote, signal);
    say(fill(words.fetch, { branch, url: remote.address.href }));
    const tip = await repository.fetchBranch(remote, branch, { signal });
    const now = await desk.commitNow(definition);
    if (now !== undefined) await repository.fetchCommit(remote, now, { signal });
    const to = request.commit ?? tip;
    if (to !== tip && !(await mayDeploy(making, to, tip)))
      throw new AppError("git_commit_missing", { commit: short(to) });
    const fromTree = await desk.treeOf(now, signal);
    const from = fromTree && now !== undefined ? await desk.commit(now, signal) : null;
    const target = await desk.commit(to, signal);
    await change({ branch, from, to: target });
    say(from ? fill(words.from, { commit: short(from.id), subject: from.subject }) : words.fromUnknown);
    say(fill(words.to, { commit: short(to), subject: target.subject }));
    if (now === to && !request.again && request.local === "keep") throw new AppError("deploy_current");

    await step("compare");
    const toTree = await desk.treeOf(to, signal);
    if (!toTree) throw new AppError("git_commit_missing", { commit: short(to) });
    const asked = {
      jail: files.jail,
      same: desk.same(files),
      from: fromTree ?? null,
      to: toTree,
      local: request.local,
    };
    const plan = await planOf(asked);
    if (plan.conflicts.length > 0) throw refuse(making, plan.conflicts, conflicting);
    const put = plan.changes.filter((one) => one.put !== null).length;
    say(fill(words.plan, { put, removed: plan.changes.length - put }));
    if (request.local === "discard") say(words.discarded);
    const dir = shelf.dirOf(record.number);
    await makeRoom(dir);
    const room = files.quota.room();
    try {
      const [bytes, more] = amountOf(plan.changes);
      await room.take(Math.max(0, bytes), Math.max(0, more));
      await desk.checkOut(dir, plan.changes, signal);
    } finally {
      room.close();
    }
    const steps = plan.changes.map(({ path, had, put: entry }) => ({
      path,
      had,
      put: entry?.kind ?? null,
      runs: entry?.runs ?? false,
    }));
    return { to, branch, changes: plan.changes, steps };
  });
}

/** Of the branch, or deployed before: not whatever somebody once offered to the repository, which its host may hand out as well. */
async function mayDeploy({ desk, remote, signal }: Making, commit: string, tip: string): Promise<boolean> {
  const { repository, shelf } = desk;
  if ((await repository.resolve(commit, signal)) === commit && (await repository.isBefore(commit, tip, signal)))
    return true;
  const before = (await shelf.list()).some(({ from, to, status }) => {
    return from?.id === commit || (to?.id === commit && status.state === "done");
  });
  return before && repository.fetchCommit(remote, commit, { signal });
}

function refuse(
  { say }: Making,
  conflicts: readonly DeployConflict[],
  conflicting: (found: DeployConflict[]) => void,
): AppError {
  const told = conflicts.slice(0, CONFLICTS_TOLD).map((one) => ({ ...one, path: showPath(one.path) }));
  conflicting(told);
  for (const { path } of told) say(fill(words.conflict, { path }));
  const paths = told.slice(0, 5).map(({ path }) => path);
  return new AppError("deploy_conflict", { count: conflicts.length, paths: paths.join(", ") });
}

/** Bytes and names that are more afterwards. */
function amountOf(changes: readonly Change[]): [number, number] {
  let [bytes, names] = [0, 0];
  for (const { put, had, sizeBefore } of changes) {
    bytes += (put?.size ?? 0) - sizeBefore;
    names += Number(put !== null) - Number(had);
  }
  return [bytes, names];
}

/** While the bot rests: gives it the new files, installs and builds; takes all of it back when something fails. Answers whether it ran. */
async function replace(
  making: Making,
  { changes, steps }: Ready,
  resting: Resting,
  step: (name: DeployStep) => Promise<void>,
): Promise<boolean> {
  const { definition, desk, files, record, signal, change, say } = making;
  const dir = desk.shelf.dirOf(record.number);
  signal.throwIfAborted();
  try {
    await files.alone(async () => {
      const moved = await movedOn(files.jail, changes);
      if (moved.length > 0) throw refuse(making, moved, () => {});
      const journal = { steps, folders: await missingFolders(files.jail, steps) };
      // On the disk before the first step: whoever comes after us knows what to take back.
      await change({ journal, status: { state: "running", step: "place" } }, "power");
      await place(files.jail, dir, journal);
    });
    const [bytes, names] = amountOf(changes);
    files.quota.give(-bytes, -names);
    say(words.placed);
    await step("install");
    say(words.install);
    const where = { logFile: desk.shelf.logOf(record.number), signal };
    const installed = await resting.install(where);
    if (!installed.ok) throw installed.cancelled ? cancelled(signal) : failed("deploy_install_failed", installed.last);
    if (definition.deploy?.settings.build.length) {
      await step("build");
      say(words.build);
      // From here on what is built may be of the new files.
      await resting.rebuild(true);
      const built = await resting.build(where);
      if (!built.ok) throw built.cancelled ? cancelled(signal) : failed("deploy_build_failed", built.last);
      await resting.rebuild(false);
    }
    signal.throwIfAborted();
    return resting.ran;
  } catch (error) {
    if (!(signal.reason instanceof Closing)) await takeBack(making, errorText(error), step);
    throw error;
  }
}

const failed = (code: "deploy_install_failed" | "deploy_build_failed", last: string) => new AppError(code, { last });
const cancelled = (signal: AbortSignal): unknown => signal.reason ?? new Cancelled();

/** Puts the files of before back; the bot rests. */
async function takeBack(making: Making, why: string, step: (name: DeployStep) => Promise<void>): Promise<void> {
  const { desk, files, record, change, say } = making;
  // Nothing was placed yet.
  if (!record.journal) return;
  const { journal } = record;
  await step("rollback");
  say(fill(words.rollback, { why }));
  await files.alone(() => undo(files.jail, desk.shelf.dirOf(record.number), journal));
  await change({ journal: undefined }, "power");
  say(words.undone);
}

/** Looks whether the bot runs with the new commit, and takes it back when it does not. */
async function settle(
  making: Making,
  ran: boolean,
  step: (name: DeployStep) => Promise<void>,
): Promise<"running" | "started" | "stopped"> {
  const { botId, definition, supervisor, signal, clock, say } = making;
  const seconds = definition.deploy?.settings.watchSeconds ?? 60;
  const now = supervisor.get(botId);
  if (!ran || seconds === 0) return now?.desired === "up" ? "started" : "stopped";
  await step("watch");
  say(fill(words.start, { seconds }));
  try {
    const fared = await watch(supervisor, botId, seconds, signal, clock);
    if ("bot" in fared) return fared.bot;
    throw new NotRunning(fared.why);
  } catch (error) {
    if (signal.reason instanceof Closing) throw error;
    await supervisor.rest(botId, async (resting) => {
      await takeBack(making, errorText(error), step);
      if (definition.deploy?.settings.build.length) await resting.rebuild(true);
    });
    throw error;
  }
}

function errorText(error: unknown): string {
  if (error instanceof Cancelled) return words.cancelled;
  return error instanceof Error ? error.message : String(error);
}

function statusOf({ signal }: Making, error: unknown, conflicts: DeployConflict[] | undefined): DeployStatus {
  if (signal.reason instanceof Closing) throw signal.reason;
  const told = ({ code, values, message }: AppError) => ({ code, values, message });
  if (error instanceof AppError) {
    const found = error.code === "deploy_conflict" ? conflicts : undefined;
    return { state: "failed", ...told(error), ...(found && { conflicts: found }) };
  }
  if (error instanceof NotRunning)
    return {
      state: "rolledBack",
      ...told(new AppError("deploy_not_running", { why: error.message.replace(/\.$/, "") })),
    };
  if (error instanceof Cancelled || signal.aborted) return { state: "cancelled" };
  return { state: "failed", ...told(new AppError("deploy_failed", { detail: errorText(error).slice(0, 300) })) };
}

/** Writes down what it came to, and removes what only a deploy under way needs. */
async function end({ record, desk, change, say }: Making, status: DeployStatus, undone = true): Promise<void> {
  if (status.state === "failed") say(fill(words.failed, { message: status.message }));
  if (status.state === "cancelled") say(words.cancelled);
  // Of what is here to stay current.json says so by now; all else was put back before.
  if (undone) await desk.shelf.tidy(record.number);
  await change({ status, endedAt: Date.now(), ...(undone && { journal: undefined }) }, "power");
}
