import type { BotDefinition } from "#contracts/bot";
import { COMMITS_TOLD, type DeployState } from "#contracts/deploy";
import type { BotFiles } from "../files/index";
import { knownHostKey, type Remote } from "../git/access";
import { localChanges } from "./compare";
import { type Desk, sourceOf, wishedBranch } from "./desk";

/** Where a bot stands; with a remote, that is asked first. */
export async function stateOf(
  { desk, definition, files }: { desk: Desk; definition: BotDefinition; files: BotFiles },
  remote: Remote | undefined,
  signal: AbortSignal,
): Promise<Omit<DeployState, "running">> {
  const { repository, shelf } = desk;
  const { url } = sourceOf(definition);
  const now = await desk.commitNow(definition);
  if (remote) {
    const branch = await desk.lookUpstream(definition, remote, signal);
    await repository.fetchBranch(remote, branch, { signal });
    if (now !== undefined) await repository.fetchCommit(remote, now, { signal });
  }
  const known = await shelf.upstream();
  const branch = wishedBranch(definition) ?? known?.branch ?? null;
  const publicKey = definition.deploy?.credentials.key?.publicKey;
  const hostKey = await knownHostKey(shelf.knownHosts);
  const told: Omit<DeployState, "running"> = {
    url,
    branch,
    commit: now === undefined ? null : { id: now, author: "", at: 0, subject: "" },
    ...(known && { fetchedAt: known.fetchedAt }),
    branches: known?.branches ?? [],
    ahead: [],
    aheadMore: false,
    diverged: false,
    changes: [],
    changesMore: false,
    ...(publicKey !== undefined && { publicKey }),
    ...(hostKey !== undefined && { hostKey }),
  };
  if (!(await repository.exists())) return told;
  const tree = await desk.treeOf(now, signal);
  const here = tree ? now : undefined;
  if (tree && now !== undefined) {
    const { changes, more } = await localChanges(files.jail, desk.same(files), tree);
    Object.assign(told, { changes, changesMore: more, commit: await desk.commit(now, signal) });
  } else if (remote) told.commit = null;
  const tip = branch === null ? undefined : await repository.tip(branch, signal);
  if (tip === undefined || tip === now) return told;
  const ahead = await repository.log(tip, here, COMMITS_TOLD + 1, signal);
  const diverged = here === undefined || !(await repository.isBefore(here, tip, signal));
  return { ...told, ahead: ahead.slice(0, COMMITS_TOLD), aheadMore: ahead.length > COMMITS_TOLD, diverged };
}
