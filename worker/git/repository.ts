import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import type { Commit } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import type { Remote } from "./access";
import { type Bounds, clean, failureOf, type GitResult, git } from "./call";
import { toRemote } from "./clone";
import { listTree, type TreeEntry } from "./tree";

/*
 * The repository of a bot, bare, in a folder of the panel's that no bot sees. What lies in it came from outside and is only ever read by
 * plumbing: nothing is checked out by git, so that no filter, attribute or hook has a part in it.
 */

/** Commits of a branch that are fetched: what lies further back is fetched by its name when somebody asks for it. */
const DEPTH = 200;
export type Repository = ReturnType<typeof createRepository>;

type Options = { dir: string; scratch: string; limitBytes: number; timeLimitMs?: number | undefined };

/** The repository in `dir`, which is made when it is needed. One call at a time. */
export function createRepository({ dir, scratch, limitBytes, timeLimitMs }: Options) {
  const here = [`--git-dir=${dir}`];
  const local = (argv: readonly string[], signal: AbortSignal, more: object = {}): Promise<GitResult> =>
    git([...here, ...argv], { scratch, signal, timeLimitMs, ...more });

  async function open(signal: AbortSignal): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await removeLocks(dir);
    const made = await git(["init", "-q", "--bare", "--template=", dir], { scratch, signal });
    if (made.code !== 0) throw new AppError("deploy_failed", { detail: clean(made.errors) });
  }

  async function fetchOnce(remote: Remote, spec: string, depth: number, bounds: Bounds): Promise<GitResult> {
    await open(bounds.signal);
    const argv = ["fetch", "--progress", `--depth=${depth}`, "--no-tags", "--no-recurse-submodules", "--force"];
    const call = { ...bounds, timeLimitMs, scratch, remote, size: { folder: dir, limitBytes } };
    const result = await toRemote(remote, (href) =>
      git([...here, ...argv, "--no-write-fetch-head", "--", href, spec], call),
    );
    if (result.stopped === "size") await rm(dir, { recursive: true, force: true });
    return result;
  }

  async function resolve(name: string, signal: AbortSignal): Promise<string | undefined> {
    const result = await local(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`], signal);
    return result.code === 0 ? result.output.trim() : undefined;
  }

  // By a name of ours: one branch may be called as the folder is that another lay in.
  const refOf = (branch: string) => `refs/remotes/origin/${createHash("sha256").update(branch).digest("hex")}`;

  return {
    /** Whether there is a repository yet. */
    exists: () =>
      readdir(dir).then(
        (names) => names.includes("HEAD"),
        () => false,
      ),
    /** Fetches a branch and answers with its newest commit. AppErrors of git. */
    async fetchBranch(remote: Remote, branch: string, bounds: Bounds): Promise<string> {
      const spec = `+refs/heads/${branch}:${refOf(branch)}`;
      let result = await fetchOnce(remote, spec, DEPTH, bounds);
      // What was kept of earlier times may be what makes it too large.
      if (result.stopped === "size") result = await fetchOnce(remote, spec, DEPTH, bounds);
      if (result.code !== 0) {
        throw await failureOf(result, { remote, branch, timeLimitMs, size: { folder: dir, limitBytes } });
      }
      const tip = await resolve(refOf(branch), bounds.signal);
      if (tip === undefined) throw new AppError("git_branch_missing", { branch });
      return tip;
    },
    /** Fetches one commit by its name, if it is not here. False: nobody has it any more. */
    async fetchCommit(remote: Remote, id: string, bounds: Bounds): Promise<boolean> {
      if ((await resolve(id, bounds.signal)) === id) return true;
      await fetchOnce(remote, id, 1, bounds);
      return (await resolve(id, bounds.signal)) === id;
    },
    tip: (branch: string, signal: AbortSignal) => resolve(refOf(branch), signal),
    resolve,
    /** Whether a commit is another one or one of those before it. */
    async isBefore(id: string, later: string, signal: AbortSignal): Promise<boolean> {
      return (await local(["merge-base", "--is-ancestor", id, later], signal)).code === 0;
    },
    /** The newest commits up to `tip` that are not up to `not`, newest first. */
    async log(tip: string, not: string | undefined, count: number, signal: AbortSignal): Promise<Commit[]> {
      // Bounded by git: a first line may be as long as its author liked.
      const format = "--format=%H%x00%at%x00%<(200,trunc)%an%x00%<(220,trunc)%s%x00%x00";
      const except = not === undefined ? [] : ["--not", not];
      const argv = ["log", "--no-color", "--no-show-signature", "--no-mailmap", `--max-count=${count}`, format];
      const result = await local([...argv, tip, ...except, "--"], signal);
      return result.code === 0 ? commitsOf(result.output) : [];
    },
    /** All that a commit holds. AppError deploy_unsafe, git_too_big, git_commit_missing. */
    tree: (id: string, signal: AbortSignal): Promise<TreeEntry[]> =>
      listTree(here, id, { scratch, signal, timeLimitMs }),
    /** Reads contents one after the other; each is given to `write` as it comes, the last piece of each with `last`. */
    async blobs(
      oids: readonly string[],
      write: (index: number, piece: Buffer, last: boolean) => void,
      signal: AbortSignal,
    ): Promise<void> {
      if (oids.length === 0) return;
      const reader = blobReader(oids, write);
      const result = await local(["cat-file", "--batch", "--buffer"], signal, {
        input: `${oids.join("\n")}\n`,
        onOutput: reader.take,
      });
      if (result.code !== 0 || !reader.done()) throw new AppError("deploy_failed", { detail: clean(result.errors) });
    },
  };
}

function commitsOf(text: string): Commit[] {
  return text.split("\0\0").flatMap((record) => {
    const [id = "", at = "", author = "", subject = ""] = record.replace(/^\n/, "").split("\0");
    if (!/^[0-9a-f]{40,64}$/.test(id)) return [];
    return [
      { id, at: Math.max(0, Math.trunc(Number(at)) || 0) * 1000, author: clean(author), subject: clean(subject) },
    ];
  });
}

/** Takes apart what `cat-file --batch` says: a line with the size, so many bytes, and a line end. */
function blobReader(oids: readonly string[], write: (index: number, piece: Buffer, last: boolean) => void) {
  let index = 0;
  let head = Buffer.alloc(0);
  let left = -1;
  let gap = false;
  return {
    done: () => index === oids.length,
    take(piece: Buffer) {
      let rest = piece;
      while (rest.length > 0) {
        if (gap) {
          rest = rest.subarray(1);
          gap = false;
          continue;
        }
        if (left < 0) {
          const end = rest.indexOf(10);
          head = Buffer.concat([head, end < 0 ? rest : rest.subarray(0, end)]);
          if (end < 0) return;
          rest = rest.subarray(end + 1);
          const [oid, kind, size] = head.toString("latin1").split(" ");
          head = Buffer.alloc(0);
          if (kind !== "blob" || oid !== oids[index])
            throw new AppError("deploy_failed", { detail: `git has no ${oids[index]}` });
          left = Number(size);
        }
        const now = rest.subarray(0, left);
        left -= now.length;
        rest = rest.subarray(now.length);
        write(index, now, left === 0);
        if (left === 0) {
          index++;
          left = -1;
          gap = true;
        }
      }
    },
  };
}

/** Removes what a git that was killed left: nobody else works in there. */
async function removeLocks(dir: string): Promise<void> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const left = names.filter((name) => /^objects\/(.*\/)?tmp_[^/]*$|\.lock$/.test(name));
  await Promise.all(left.map((name) => rm(`${dir}/${name}`, { recursive: true, force: true })));
}
