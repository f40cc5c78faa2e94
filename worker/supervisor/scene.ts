import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Supervisor } from "../ports/index";
import { BOT, createStage, define } from "./fakes";

/* One bot on a stage of its own for each test, and what the tests of its life do and ask all the time. */

/** The stage of the test that runs, and its supervisor. */
export let stage: Awaited<ReturnType<typeof createStage>>["stage"];
export let supervisor: Supervisor;

/** Sets a stage before each test of a file, and clears it away. */
export function setStage(): void {
  beforeEach(async () => {
    ({ stage, supervisor } = await createStage());
  });
  afterEach(async () => {
    await supervisor.close();
    await stage.clear();
  });
}

/** How long a test waits for what must come soon. */
export const patience = { timeout: 10_000, interval: 5 };
export const now = () => supervisor.get(BOT);
export const reaches = (state: string) => vi.waitFor(() => expect(now()?.status.state).toBe(state), patience);
export const started = (count: number) => vi.waitFor(() => expect(stage.launched.length).toBe(count), patience);

/** The run that was launched last. */
export function newest() {
  const run = stage.launched.at(-1);
  if (!run) throw new Error("nothing was launched");
  return run;
}

export const put = async (over: Record<string, unknown> = {}) => supervisor.put(define(over), await stage.staged());

/** Puts the bot, starts it, and waits for what comes of that. */
export async function start(over: Record<string, unknown> = {}, state = "starting"): Promise<void> {
  await put(over);
  await supervisor.command(BOT, "start");
  await reaches(state);
}

/** The next worker on the same disk, which does not look around yet; resolves once this one is closed, if that matters. */
export async function replaceWorker(): Promise<void> {
  const closed = supervisor.close();
  supervisor = stage.again();
  await closed;
}

/** The next worker after this one was killed, once it has found out what became of its bots. */
export async function nextWorker(): Promise<void> {
  void replaceWorker();
  await supervisor.boot();
}
