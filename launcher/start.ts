import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type HomePaths, homePaths } from "#contracts/home";
import { countRunning } from "./bots";
import { assertAnswers, type OpenDatabase, openDatabase } from "./database";
import type { Settings } from "./env";
import { localUrl, waitUntilWell } from "./health";
import { openHome } from "./home";
import { takeLock } from "./lock";
import { migrate } from "./migrate";
import { daemonOf, killPrograms, startPrograms, stopPrograms } from "./pm2";
import { assertFree } from "./ports";
import { stopServer } from "./postgres/server";
import type { Voice } from "./progress";
import { detailOf } from "./refusal";
import { makeSetupCode } from "./setup-link";
import { listenForStop, type StopRequest } from "./stop-request";

/** A home that is ours: nobody else starts on it until `release`. */
export type HeldHome = { settings: Settings; paths: HomePaths; release(): void };

/**
 * Everything that can be refused before the long work: the home, a second start, the ports, a database of one's own.
 * What a killed launcher left running on this home is no reason to refuse.
 */
export async function holdHome(settings: Settings): Promise<HeldHome> {
  const paths = homePaths(settings.home);
  openHome(paths);
  const release = takeLock(paths.launcherLock, settings.home);
  try {
    if (!daemonOf(paths)) await assertPorts(settings);
    if (settings.databaseUrl) await assertAnswers(settings.databaseUrl);
  } catch (error) {
    release();
    throw error;
  }
  return { settings, paths, release };
}

async function assertPorts(settings: Settings): Promise<void> {
  await assertFree("PORT", settings.port, settings.host);
  await assertFree("BOTYARD_GATEWAY_PORT", settings.gatewayPort, "127.0.0.1");
}

/** Brings the panel up and keeps it until it is told to stop; then stops all but the bots. */
export async function runPanel(held: HeldHome, voice: Voice): Promise<void> {
  const stop = listenForStop();
  let database: OpenDatabase | undefined;
  try {
    database = await bringUp(held, voice, stop);
    database = await stayUp(held, { voice, database, stop });
  } finally {
    await bringDown(held, { voice, database, stop });
    stop.close();
    held.release();
  }
}

/** Ends the web and worker that a killed launcher left running; then their ports must be free. */
export async function takeOver({ settings, paths }: HeldHome, step: Voice["step"]): Promise<void> {
  if (!daemonOf(paths)) return;
  await step("Taking over from a launcher that was killed", () => stopPrograms(settings, paths));
  await assertPorts(settings);
}

async function bringUp(held: HeldHome, { say, step }: Voice, stop: StopRequest): Promise<OpenDatabase> {
  const { settings, paths } = held;
  await takeOver(held, step);
  const database = await step("Starting Postgres", () => openDatabase(settings, paths));
  const applied = await migrate(database.url, join(settings.root, "prisma/migrations"));
  if (applied.length) say(`Applied to the database: ${applied.join(", ")}`);
  if (stop.asked()) return database;
  const url = localUrl(settings);
  await step("Starting web and worker", async () => {
    await startPrograms(settings, paths);
    await waitUntilWell(url, paths, stop.asked);
  });
  if (stop.asked()) return database;
  writeFileSync(paths.address, `${url}\n`);
  say(await welcome(settings, url, database.url));
  return database;
}

// PM2 minds web and worker; PM2 itself and the built-in Postgres have only us. Neither waits for the other.
async function stayUp({ settings, paths }: HeldHome, { voice, database, stop }: Up): Promise<OpenDatabase> {
  let now = database;
  async function mind(title: string, isUp: () => boolean, bring: () => Promise<unknown>): Promise<void> {
    while (!stop.asked()) {
      await Promise.race([stop.wait(), delay(LOOK_MS, undefined, { ref: false })]);
      if (stop.asked() || isUp()) continue;
      await voice.step(title, bring).catch((error: unknown) => voice.say(detailOf(error)));
    }
  }
  async function bringDatabase() {
    now = await openDatabase(settings, paths);
  }
  async function bringPrograms() {
    // What a dead PM2 started may live on, minded by nobody, with the ports and the worker's socket taken.
    killPrograms(paths);
    // Told to stop, we stop whatever of them is there by then.
    const started = startPrograms(settings, paths).catch((error: unknown) => {
      killPrograms(paths);
      throw error;
    });
    await Promise.race([started, stop.wait()]);
  }
  await Promise.all([
    mind("Postgres has ended: starting it again", () => now.isUp(), bringDatabase),
    mind("PM2 has ended: starting web and worker again", () => daemonOf(paths) !== undefined, bringPrograms),
  ]);
  return now;
}

const LOOK_MS = 1_000;

type Up = { voice: Voice; database: OpenDatabase; stop: StopRequest };

async function welcome(settings: Settings, url: string, databaseUrl: string): Promise<string> {
  const address = settings.publicUrl ?? url;
  const code = await makeSetupCode(databaseUrl);
  const local = ["127.0.0.1", "localhost", "::1"].includes(settings.host) && !settings.publicUrl;
  return [
    "",
    code
      ? `  Make the first account here (once, within 15 minutes):\n\n    ${address}/setup#${code}\n\n  Botyard is ready at ${address}`
      : `  Botyard is ready at ${address}`,
    ...(local
      ? [
          "",
          `  From another machine: ssh -L ${settings.port}:127.0.0.1:${settings.port} <this machine>, then the same address there;`,
          "  or set BOTYARD_HOST, with a proxy for https before it.",
        ]
      : []),
    "",
    "  Ctrl-C stops the panel; bots go on running. npm stop can stop them too.",
    "",
  ].join("\n");
}

async function bringDown(
  { settings, paths }: HeldHome,
  { voice, database, stop }: { voice: Voice; database: OpenDatabase | undefined; stop: StopRequest },
): Promise<void> {
  const running = await countRunning(paths);
  rmSync(paths.address, { force: true });
  if (daemonOf(paths))
    await voice.step("Stopping web and worker", () =>
      Promise.race([stopPrograms(settings, paths), stop.hurried().then(() => killPrograms(paths))]),
    );
  // Also a Postgres whose start was refused half-way.
  if (database) await voice.step("Stopping Postgres", database.stop);
  else if (!settings.databaseUrl) await stopServer(paths.postgres);
  voice.say(running === 0 ? "Botyard is stopped. No bot runs." : goOn(running));
}

/** What becomes of running bots, when the panel has stopped. */
export const goOn = (count: number): string =>
  `Botyard is stopped. ${count === 1 ? "1 bot goes on running" : `${count} bots go on running`}; npm start finds ${
    count === 1 ? "it" : "them"
  } again, npm stop -- --bots stop ends ${count === 1 ? "it" : "them"}.`;

/** Stops what a killed launcher left behind on a home; false when there was nothing. */
export async function stopLeftovers(settings: Settings, paths: HomePaths): Promise<boolean> {
  const programs = await stopPrograms(settings, paths);
  const postgres = await stopServer(paths.postgres);
  rmSync(paths.address, { force: true });
  return programs || postgres;
}
