import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError, fill } from "#contracts/errors";
import type { GitBranches } from "#contracts/import";
import { en } from "#contracts/words/en";
import { removeOutwardLinks } from "../imports/tree";
import { showBytes } from "../incoming/paths";
import type { Remote } from "./access";
import { type Bounds, clean, failureOf, type GitResult, git } from "./call";
import { listTree } from "./tree";

/** What a clone needs to know. */
export type CloneOptions = Omit<Bounds, "size"> & {
  remote: Remote;
  branch: string | undefined;
  /** Must not exist; holds the files afterwards, without `.git`. */
  folder: string;
  /** An empty folder for git to call home. */
  scratch: string;
  limitBytes: number;
};

/** Clones the newest commit of one branch, and answers with it and with what is worth a warning. */
export async function clone(options: CloneOptions): Promise<{ commit: string; warnings: string[] }> {
  const { remote, branch, folder, limitBytes } = options;
  const call = { ...options, size: { folder, limitBytes } };
  const argv = [
    "clone",
    "--progress",
    "--no-checkout",
    "--depth=1",
    "--single-branch",
    "--no-tags",
    "--no-recurse-submodules",
  ];
  const named = branch === undefined ? [] : ["--branch", branch];
  const result = await toRemote(
    remote,
    (href) => git([...argv, "--template=", ...named, "--", href, folder], call),
    () => rm(folder, { recursive: true, force: true }),
  );
  const tooBig = () => new AppError("import_too_big", { limit: showBytes(limitBytes) });
  if (result.stopped === "size") throw tooBig();
  if (result.code !== 0) throw await failureOf(result, call);
  const here = { ...call, remote: undefined };
  const head = await git(["-C", folder, "rev-parse", "HEAD"], here);
  if (head.code !== 0) throw new AppError("import_empty");
  const commit = head.output.trim();
  // Before anything of it is written: what is packed small may be anything but.
  const sizes = (await listTree(["-C", folder], commit, here)).map(({ size }) => size);
  if (sizes.reduce((sum, size) => sum + size, 0) > limitBytes) throw tooBig();
  const out = await git(["-C", folder, "reset", "--quiet", "--hard"], here);
  if (out.stopped === "size") throw tooBig();
  if (out.code !== 0) throw new AppError("import_failed", { detail: clean(out.errors) });
  const warnings = await tidy(folder);
  return { commit, warnings };
}

/** Some hosts answer an address without .git by a redirect, and redirects are off: it is asked for again with it. */
export async function toRemote(
  { address }: Remote,
  ask: (href: string) => Promise<GitResult>,
  before: () => Promise<void> = async () => {},
): Promise<GitResult> {
  const result = await ask(address.href);
  const redirected = result.code !== 0 && /error: 30[12378]/.test(result.errors);
  if (!redirected || address.href.endsWith(".git")) return result;
  await before();
  return ask(`${address.href.replace(/\/$/, "")}.git`);
}

const MOST_BRANCHES = 500;

/** Asks a remote for its branches. AppErrors of git. */
export async function branchesOf(remote: Remote, options: Bounds & { scratch: string }): Promise<GitBranches> {
  const argv = ["ls-remote", "--symref", "--"];
  const result = await toRemote(remote, (href) =>
    git([...argv, href, "HEAD", "refs/heads/*"], { ...options, remote, outputBytes: 8 * 1024 * 1024 }),
  );
  if (result.code !== 0) throw await failureOf(result, { remote, ...options });
  const branches: string[] = [];
  let head: string | null = null;
  for (const line of result.output.split("\n")) {
    const [left = "", right = ""] = line.split("\t");
    const name = (ref: string) => (ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined);
    if (left.startsWith("ref: ") && right === "HEAD") head = name(left.slice("ref: ".length)) ?? null;
    const branch = name(right);
    if (branch !== undefined && clean(branch) === branch && branches.length < MOST_BRANCHES) branches.push(branch);
  }
  return { branches, head };
}

/**
 * Makes a clone into plain files. `.git` goes: what lies in it could be changed by the bot and would then run
 * with the panel's rights the next time git is called there.
 */
async function tidy(folder: string): Promise<string[]> {
  const warnings: string[] = [];
  await rm(join(folder, ".git"), { recursive: true, force: true });
  const removed = await removeOutwardLinks(folder);
  if (removed.length === 1) warnings.push(fill(en.detect.warning.linkRemoved, { path: clean(removed[0] ?? "") }));
  if (removed.length > 1) warnings.push(fill(en.detect.warning.linksRemoved, { count: removed.length }));
  const exists = (name: string) =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  if (await exists(".gitmodules")) warnings.push(en.detect.warning.submodules);
  const attributes = await readFile(join(folder, ".gitattributes"), "utf8").catch(() => "");
  if (/\bfilter=lfs\b/.test(attributes)) warnings.push(en.detect.warning.largeFiles);
  return warnings;
}
