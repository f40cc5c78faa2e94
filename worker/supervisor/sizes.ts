import { execFile } from "node:child_process";
import { bareEnv } from "../bare-env";
import type { BotFolders } from "../ports/index";

/** A folder that takes longer to look through than this is not judged this time, ms. */
const PATIENCE_MS = 30_000;

/** How much the disk holds of bots' folders. */
export interface Sizes {
  /** MB of a bot's own files and what was installed for it; its log has bounds of its own. Null when that cannot be told. */
  used(folders: BotFolders): Promise<number | null>;
}

/**
 * Asks `du`, at the lowest priority and for one bot at a time: looking through ten thousand files is nothing the worker itself may be
 * busy with. Other file systems mounted inside do not count, a file with two names counts once.
 */
export function createSizes(say: (line: string) => void): Sizes {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    used({ files, venv }) {
      const mine = queue.then(() => ask([files, venv], say));
      queue = mine;
      return mine;
    },
  };
}

function ask(paths: readonly string[], say: (line: string) => void): Promise<number | null> {
  const options = { timeout: PATIENCE_MS, env: bareEnv({ PATH: "/usr/bin:/bin", LC_ALL: "C" }) };
  return new Promise((settle) => {
    execFile("nice", ["-n", "19", "du", "-skx", "--", ...paths], options, (error, stdout) => {
      const sizes = stdout.split("\n").flatMap((line) => /^(\d+)\t/.exec(line)?.[1] ?? []);
      // It fails for a venv that is not there, and for files that vanish while it looks: what it says of the rest still counts.
      if (sizes.length > 0) return settle(Math.round(sizes.reduce((sum, size) => sum + Number(size), 0) / 1_024));
      say(`the size of ${paths[0]} cannot be told: ${error?.message ?? "du said nothing"}`);
      settle(null);
    });
  });
}
