import type { BotLimits } from "#contracts/bot";
import type { BotFolders } from "../ports/index";
import { createHistory, type History } from "./history";
import { createJail, type Jail } from "./jail";
import { ownerOf } from "./owner";
import { createQuota, type Quota } from "./quota";
import { historySeen, trashSeen } from "./seen";
import { createSight } from "./sight";
import { createStaging, type Staging } from "./staging";
import { openTrash, type Trash } from "./trash";

/** What the files of one bot are reached by. */
export interface BotFiles {
  readonly jail: Jail;
  readonly staging: Staging;
  readonly quota: Quota;
  readonly trash: Trash;
  readonly history: History;
  /** Patterns of paths that do not exist in what this is (hiddenPath of contracts/members.ts). */
  readonly hidden: readonly string[];
  /** The same for somebody from whom paths are hidden. */
  seenBy(hidden: readonly string[]): BotFiles;
  /** One change at a time: `work` begins when all that was asked before is done. Reading waits for nobody. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Settles when no change is under way. */
  idle(): Promise<void>;
}

/** Opens the files of a bot, and removes what a dead worker left half. `limits` are asked whenever they count. */
export async function openBotFiles(
  folders: Pick<BotFolders, "root" | "files">,
  limits: () => Pick<BotLimits, "diskMb">,
  say: (line: string) => void,
): Promise<BotFiles> {
  const jail = createJail(folders.files);
  const staging = createStaging(`${folders.root}/staging`, jail);
  const trash = await openTrash(`${folders.root}/trash`, staging, () => ownerOf(jail));
  // A disk that takes nothing now keeps nobody from reading.
  await Promise.all([staging.sweep(), trash.prune()]).catch((error: unknown) =>
    say(`${folders.root}: what is left over could not be removed: ${String(error)}`),
  );
  const quota = createQuota(jail, limits, (bytes) => trash.prune(bytes));
  const history = createHistory(`${folders.root}/history`);
  let last: Promise<unknown> = Promise.resolve();
  const views = new Map<string, BotFiles>();

  const bot: BotFiles = {
    jail,
    staging,
    quota,
    trash,
    history,
    hidden: [],
    seenBy(hidden) {
      const sight = createSight(hidden);
      if (!sight) return bot;
      // The same one each time, as what is open is kept by it.
      const view = views.get(sight.key) ?? {
        ...bot,
        hidden,
        jail: createJail(folders.files, sight),
        trash: trashSeen(trash, sight),
        history: historySeen(history, sight),
      };
      views.delete(sight.key);
      views.set(sight.key, view);
      for (const oldest of [...views.keys()].slice(0, -VIEWS)) views.delete(oldest);
      return view;
    },
    alone(work) {
      const done = last.then(work);
      last = done.catch(() => {});
      return done;
    },
    idle: async () => void (await last),
  };
  return bot;
}

/** Kept of one bot. */
const VIEWS = 50;
