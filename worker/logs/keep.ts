import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { BotId, LogPolicy } from "#contracts/bot";
import { finishCut, letGoOn } from "./cut";
import { ifMissing } from "./missing";
import { type Bounds, keepOf, prune } from "./prune";
import type { Runs } from "./runs";
import { segmentsDir, standingFile } from "./standing";

/** How long what is known of the free space is believed, ms. */
const SPACE_MS = 2_000;

type KeepPorts = {
  botsDir: string;
  bounds: Bounds;
  runsOf: (botId: BotId) => Runs;
  /** Settles once what a dead worker left is finished: nothing is removed before. */
  ready: Promise<unknown>;
  say: (text: string) => void;
};

/** Keeps the logs of bots within their bounds. */
export function openKeep({ botsDir, bounds, runsOf, ready, say }: KeepPorts) {
  const used = new Map<BotId, { bytes: number; turn: Promise<unknown> }>();
  let space = { scarce: false, at: Number.NEGATIVE_INFINITY };

  const of = (botId: BotId) => {
    const known = used.get(botId) ?? { bytes: Number.POSITIVE_INFINITY, turn: ready };
    used.set(botId, known);
    return known;
  };

  async function keepNow(policy: LogPolicy) {
    const keep = await keepOf(botsDir, policy);
    if (keep.scarce !== space.scarce) {
      say(
        keep.scarce
          ? `the disk of ${botsDir} is nearly full: half as much of every log is kept`
          : `the disk of ${botsDir} has space again: logs are kept as they are set`,
      );
    }
    space = { scarce: keep.scarce, at: performance.now() };
    return keep;
  }

  async function pruned(botId: BotId, policy: LogPolicy): Promise<void> {
    const known = of(botId);
    const done = known.turn.then(async () => {
      known.bytes = await prune(runsOf(botId), { bounds, keep: await keepNow(policy) });
    });
    known.turn = done.catch(() => {});
    await done;
  }

  return {
    prune: pruned,
    /** A log has grown by so many bytes on the disk; looked at again only when that is too many. */
    async grown(botId: BotId, bytes: number, policy: LogPolicy): Promise<void> {
      const known = of(botId);
      known.bytes += bytes;
      const isDue = performance.now() - space.at > SPACE_MS && (await keepNow(policy)).scarce;
      const keep = (policy.keepMb * 1024 * 1024) / (space.scarce ? 2 : 1);
      if (isDue || known.bytes > keep) await pruned(botId, policy);
    },
    forget: (botId: BotId) => void used.delete(botId),
  };
}

/** Runs of a bot that may have been cut when a worker died: the newest, and one that was just being packed. */
const RECENT = 3;

/** Finishes or undoes what a dead worker left of its cuts, of every bot, and lets those go on that were stopped for one. Readers of such a log wait for it. */
export async function finishCuts(botsDir: string, say: (text: string) => void): Promise<void> {
  const recent: string[] = [];
  for (const botId of await readdir(botsDir).catch(ifMissing([]))) {
    const names = await readdir(`${botsDir}/${botId}/runs`).catch(ifMissing([]));
    const runs = names.filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number);
    for (const run of runs.sort((a, b) => b - a).slice(0, RECENT)) {
      const runDir = `${botsDir}/${botId}/runs/${run}`;
      recent.push(runDir);
      if (!existsSync(standingFile(runDir)) && !existsSync(segmentsDir(runDir))) continue;
      await finishCut(runDir, say).catch((error: unknown) => say(`${runDir}: ${String(error)}`));
    }
  }
  await letGoOn(...recent);
}
