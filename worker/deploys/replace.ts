import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import type { Resting } from "../ports/index";
import { type Change, movedOn } from "./compare";
import { amountOf, Cancelled, Closing, errorText, type Making, NotRunning, type Ready, type Steps } from "./making";
import { missingFolders, place, undo } from "./place";
import { refuse } from "./prepare";
import { watch } from "./watch";

const words = en.deployLog;

/** While the bot rests: gives it the new files, installs and builds; takes all of it back when something fails. Answers whether it ran. */
export async function replace(
  making: Making,
  { changes, steps, room }: Ready,
  resting: Resting,
  step: Steps,
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
    room.use(...amountOf(changes));
    room.close();
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
    if (!(signal.reason instanceof Closing)) await takeBack(making, changes, errorText(error), step);
    throw error;
  }
}

const failed = (code: "deploy_install_failed" | "deploy_build_failed", last: string) => new AppError(code, { last });
const cancelled = (signal: AbortSignal): unknown => signal.reason ?? new Cancelled();

/** Puts the files of before back; the bot rests. A disk that takes no word of it is no reason not to: that needs no room. */
async function takeBack(making: Making, changes: readonly Change[], why: string, step: Steps): Promise<void> {
  const { desk, files, record, change, say } = making;
  const { journal } = record;
  // Nothing was placed yet.
  if (!journal) return;
  await step("rollback").catch(() => {});
  say(fill(words.rollback, { why }));
  await files.alone(() => undo(files.jail, desk.shelf.dirOf(record.number), journal));
  const [bytes, names] = amountOf(changes);
  files.quota.give(bytes, names);
  record.journal = undefined;
  await desk.shelf.tidy(record.number);
  await change({ journal: undefined }, "power").catch(() => {});
  say(words.undone);
}

/** Looks whether the bot runs with the new commit, and keeps that, or takes it back. */
export async function settle(
  making: Making,
  { to, branch, changes }: Ready,
  ran: boolean,
  step: Steps,
): Promise<"running" | "started" | "stopped"> {
  const { botId, definition, desk, record, supervisor, signal } = making;
  try {
    const bot = await fare(making, ran, step);
    await desk.shelf.putCurrent({ commit: to, branch, number: record.number });
    return bot;
  } catch (error) {
    if (signal.reason instanceof Closing) throw error;
    await supervisor.rest(botId, async (resting) => {
      await takeBack(making, changes, errorText(error), step);
      if (definition.deploy?.settings.build.length) await resting.rebuild(true);
    });
    throw error;
  }
}

async function fare(
  { botId, definition, supervisor, signal, clock, say }: Making,
  ran: boolean,
  step: Steps,
): Promise<"running" | "started" | "stopped"> {
  const seconds = definition.deploy?.settings.watchSeconds ?? 60;
  if (!ran || seconds === 0) return supervisor.get(botId)?.desired === "up" ? "started" : "stopped";
  await step("watch");
  say(fill(words.start, { seconds }));
  const fared = await watch(supervisor, botId, seconds, signal, clock);
  if ("bot" in fared) return fared.bot;
  throw new NotRunning(fared.why);
}
