import { closeSync, openSync, symlinkSync, writeSync } from "node:fs";
import type { BotDefinition, BotSource } from "#contracts/bot";
import type { Commit } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import type { BotFiles } from "../files/index";
import type { Remote } from "../git/access";
import { branchesOf } from "../git/clone";
import { createRepository, type Repository } from "../git/repository";
import { type Change, createSameness, type Same } from "./compare";
import { type DeployShelf, openDeployShelf } from "./record";
import { type Tree, treeOf } from "./tree";

/** What is known of one bot's repository and files, for looking and for deploying. */
export type Desk = {
  readonly shelf: DeployShelf;
  readonly repository: Repository;
  /** Which files are as a commit has them; forgets nothing that did not change. */
  same(files: BotFiles): Same;
  /** The commit that the bot has: of the last deploy, or what it was made with. */
  commitNow(definition: BotDefinition): Promise<string | undefined>;
  /** Asks the repository for its branches, and which is followed; both are remembered. */
  lookUpstream(definition: BotDefinition, remote: Remote, signal: AbortSignal): Promise<string>;
  /** What a commit holds; undefined when nobody has it any more. */
  treeOf(commit: string | undefined, signal: AbortSignal): Promise<Tree | undefined>;
  commit(id: string, signal: AbortSignal): Promise<Commit>;
  /** Writes the contents of what is to be placed to <dir>/new under their numbers. */
  checkOut(dir: string, changes: readonly Change[], signal: AbortSignal): Promise<void>;
};

export type GitSource = Extract<BotSource, { kind: "git" }>;

/** AppError deploy_not_git. */
export function sourceOf({ source }: BotDefinition): GitSource {
  if (source.kind !== "git") throw new AppError("deploy_not_git");
  return source;
}

/** The branch that a bot is to follow, as far as anybody said. */
export const wishedBranch = (definition: BotDefinition): string | undefined =>
  definition.deploy?.settings.branch || sourceOf(definition).branch || undefined;

/** Where a link may lead, bytes: longer is none that Linux takes. */
const TARGET_BYTES = 4_095;
const LOOK_MS = 30_000;

export function createDesk(root: string, limits: { limitBytes: number; timeLimitMs?: number | undefined }): Desk {
  const shelf = openDeployShelf(root);
  const { scratch } = shelf;
  const repository = createRepository({ dir: shelf.gitDir, scratch, ...limits });
  let sameness: { files: BotFiles; same: Same } | undefined;

  async function linksOf(oids: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const targets = new Map<string, Buffer[]>();
    await repository.blobs(
      oids,
      (index, piece) => {
        const oid = oids[index] ?? "";
        targets.set(oid, [...(targets.get(oid) ?? []), piece]);
      },
      signal,
    );
    return new Map([...targets].map(([oid, pieces]) => [oid, Buffer.concat(pieces).toString("utf8")]));
  }

  return {
    shelf,
    repository,
    same(files) {
      if (sameness?.files !== files) sameness = { files, same: createSameness(files.jail) };
      return sameness.same;
    },
    async commitNow(definition) {
      return (await shelf.current())?.commit ?? sourceOf(definition).commit;
    },
    async lookUpstream(definition, remote, signal) {
      const { branches, head } = await branchesOf(remote, {
        scratch,
        signal,
        timeLimitMs: limits.timeLimitMs ?? LOOK_MS,
      });
      const branch = wishedBranch(definition) ?? head ?? branches[0];
      if (branch === undefined) throw new AppError("import_empty");
      await shelf.putUpstream({ fetchedAt: Date.now(), branch, branches });
      return branch;
    },
    async treeOf(commit, signal) {
      if (commit === undefined || (await repository.resolve(commit, signal)) === undefined) return undefined;
      const entries = await repository.tree(commit, signal);
      const links = entries.filter(({ mode, size }) => mode === "120000" && size <= TARGET_BYTES);
      const targets = await linksOf([...new Set(links.map(({ oid }) => oid))], signal);
      return treeOf(entries, (oid) => targets.get(oid));
    },
    async commit(id, signal) {
      const [found] = await repository.log(id, undefined, 1, signal);
      return found ?? { id, author: "", at: 0, subject: "" };
    },
    async checkOut(dir, changes, signal) {
      const wanted = changes.flatMap(({ put }, number) => (put ? [{ number, put }] : []));
      let open: number | undefined;
      const links: Buffer[] = [];
      try {
        await repository.blobs(
          wanted.map(({ put }) => put.oid),
          (index, piece, last) => {
            const one = wanted[index];
            if (!one) return;
            const path = `${dir}/new/${one.number}`;
            if (one.put.kind === "link") {
              links.push(piece);
              if (last) symlinkSync(Buffer.concat(links.splice(0)), path);
              return;
            }
            open ??= openSync(path, "wx", 0o600);
            for (let done = 0; done < piece.length; ) done += writeSync(open, piece, done);
            if (!last) return;
            closeSync(open);
            open = undefined;
          },
          signal,
        );
      } finally {
        if (open !== undefined) closeSync(open);
      }
    },
  };
}
