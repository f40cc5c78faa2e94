import { runDevelopment } from "./dev";
import { readSettings } from "./env";
import type { Voice } from "./progress";
import { Refusal } from "./refusal";
import { holdHome, runPanel } from "./start";
import { type BotsWish, stopPanel } from "./stop";

/*
 * The face the scripts see. They install and build, which must work before this file is a program at all, and hand in how
 * to show progress.
 */

/** Takes the home, refusing early what would be refused late; the answer runs the panel until it is told to stop. */
export async function prepare(root: string): Promise<{
  gatewayPort: number;
  run(voice: Voice): Promise<void>;
  develop(voice: Voice): Promise<void>;
  release(): void;
}> {
  const settings = readSettings(root);
  const held = await holdHome(settings);
  return {
    gatewayPort: settings.gatewayPort,
    run: (voice) => runPanel(held, voice),
    develop: (voice) => runDevelopment(held, voice),
    release: held.release,
  };
}

/** Stops the panel from outside. `wish` is asked when bots run. */
export const stop = (root: string, voice: Voice, wish: (running: number) => Promise<BotsWish>): Promise<void> =>
  stopPanel(readSettings(root), voice, wish);

/** Whether an error is an expected one, whose sentence is all there is to say. */
export const isExpected = (error: unknown): error is Refusal => error instanceof Refusal;
