import { appendFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BotId } from "#contracts/bot";
import { homePaths } from "#contracts/home";
import { type Api, openApi } from "./api";
import { type Hired, hire, makeFolder } from "./crew";
import { type Disk, mountDisk } from "./disk";
import { fleet, passing } from "./fleet";
import { type Panel, startPanel } from "./panel";
import { markedOf, signal, startedFor } from "./proc";

/** Everything a run happens on: a folder, a disk, a panel, and the bots in it. */
export type Stage = {
  folder: string;
  disk: Disk | undefined;
  panel: Panel;
  api: Api;
  crew: readonly Hired[];
  slots: readonly { member: (typeof passing)[number]; folder: { path: string; records: string } }[];
  /** Whether a bot is of this run, also one whose making was never answered. */
  isOurs(botId: BotId): boolean;
  /** Notes what happened, with the moment, in the folder. */
  note(what: string): void;
};

/** The folder of a run, for everybody to pass through: bots may run as users of their own. */
export function makeRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "by-chaos-"));
  for (const name of ["home", "bots"]) mkdirSync(join(folder, name), { mode: 0o755 });
  return folder;
}

/** Mounts, starts and makes everything; `opened` is told what to close as soon as it is there. */
export async function setStage(
  folder: string,
  diskMb: number,
  { say, opened }: { say(line: string): void; opened(what: { disk?: Disk; panel?: Panel }): void },
): Promise<Stage> {
  const home = join(folder, "home");
  const botFolders = join(folder, "bots");
  const disk = diskMb > 0 ? await mountDisk(home, diskMb) : undefined;
  opened({ disk });
  if (!disk)
    say(
      diskMb > 0 ? "No disk of its own can be mounted here (that takes root): it is never full." : "No disk is filled.",
    );
  say("The clock is never set: that would move the whole machine's.");
  const panel = await startPanel({ folder, home, botFolders });
  opened({ panel });
  const api = openApi(panel);
  await api.setup();
  const crew: Hired[] = [];
  for (const member of fleet) crew.push(await hire(api, member, makeFolder(botFolders, member), { start: true }));
  const known = new Set(crew.map(({ id }) => id));
  const bots = homePaths(home).bots;
  return {
    folder,
    disk,
    panel,
    api,
    crew,
    slots: passing.map((member) => ({ member, folder: makeFolder(botFolders, member) })),
    isOurs(botId) {
      if (existsSync(join(bots, botId))) known.add(botId);
      return known.has(botId);
    },
    note: (what) => appendFileSync(join(folder, "steps.log"), `${new Date().toISOString()} ${what}\n`),
  };
}

/** Takes away whatever is left of a run, by number and beginning; what it was. */
export function sweep(stage: Pick<Stage, "isOurs" | "panel">): { bots: number[]; panel: number[] } {
  const bots = markedOf(stage.isOurs);
  const panel = startedFor(stage.panel.home);
  for (const proc of [...panel, ...bots]) signal(proc, "SIGKILL");
  return { bots: bots.map(({ pid }) => pid), panel: panel.map(({ pid }) => pid) };
}
