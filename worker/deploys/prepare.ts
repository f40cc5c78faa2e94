import type { DeployConflict } from "#contracts/deploy";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { showPath } from "../files/path";
import type { Remote } from "../git/access";
import { planOf } from "./compare";
import { amountOf, type Making, type Ready, type Steps } from "./making";
import { leftOf, putBack } from "./mend";
import { makeRoom } from "./place";

const words = en.deployLog;
const CONFLICTS_TOLD = 100;
const short = (id: string) => id.slice(0, 10);

/** Everything before the bot is touched. */
export async function prepare(
  making: Making,
  step: Steps,
  conflicting: (found: DeployConflict[]) => void,
): Promise<Ready> {
  const { definition, desk, files, record, signal, change, say, alone } = making;
  const { request } = record;
  const { repository, shelf } = desk;
  await step("fetch");
  await putBackEarlier(making);
  return alone(async () => {
    const remote = await making.remote();
    const branch = await desk.lookUpstream(definition, remote, signal);
    say(fill(words.fetch, { branch, url: remote.address.href }));
    const tip = await repository.fetchBranch(remote, branch, { signal });
    const now = await desk.commitNow(definition);
    if (now !== undefined) await repository.fetchCommit(remote, now, { signal });
    const to = request.commit ?? tip;
    if (to !== tip && !(await mayDeploy(making, remote, to, tip)))
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
    } catch (error) {
      room.close();
      throw error;
    }
    const steps = plan.changes.map(({ path, had, put: entry }) => ({
      path,
      had,
      put: entry?.kind ?? null,
      runs: entry?.runs ?? false,
    }));
    return { to, branch, changes: plan.changes, steps, room };
  });
}

/** What an earlier deploy could not put back comes first: put back later, it would lie over the files of this one. AppError deploy_not_undone. */
async function putBackEarlier({ botId, desk: { shelf }, files, record, supervisor, complain }: Making): Promise<void> {
  const left = await leftOf(shelf, record.number);
  if (left.length === 0) return;
  await supervisor.rest(botId, () => files.alone(() => putBack(shelf, files.jail, left, complain)));
  const [still] = await leftOf(shelf, record.number);
  if (still) throw new AppError("deploy_not_undone", { detail: fill(words.stillLeft, { number: still.number }) });
}

/** Of the branch, or deployed before: not whatever somebody once offered to the repository, which its host may hand out as well. */
async function mayDeploy({ desk, signal }: Making, remote: Remote, commit: string, tip: string): Promise<boolean> {
  const { repository, shelf } = desk;
  if ((await repository.resolve(commit, signal)) === commit && (await repository.isBefore(commit, tip, signal)))
    return true;
  const before = (await shelf.list()).some(({ from, to, status }) => {
    return from?.id === commit || (to?.id === commit && status.state === "done");
  });
  return before && repository.fetchCommit(remote, commit, { signal });
}

/** Tells what is in the way. */
export function refuse(
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
