import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Tally } from "../measure/lines";
import { MARK } from "../measure/processes";
import { quantile } from "../measure/statistics";
import { msSince, now, sleep, until } from "../measure/time";
import type { Botyard } from "../systems/botyard";
import { environment, type Session, type System } from "../systems/system";
import { written } from "../workload/records";
import { appsOf, cpuPercent, isOurs, type Work } from "./scenario";

export type FlowOptions = {
  count: number;
  perSecond: number;
  windowMs: number;
  /** How long after the last start it is begun, see Idle in bulk.ts. */
  settleMs: { ours: number; peers: number };
};

/** Connections that look on, over the gateway. PM2's bus has one listener, which hears all bots. */
export const VIEWERS = 20;

const isBotyard = (system: System): system is Botyard => "ticket" in system;
const isPm2 = (system: System): system is System & { home: string } => "home" in system;

/**
 * Bots that write at an even pace: what the supervisor uses, how late a line is seen, and what is left of bots and lines when the
 * supervisor is killed in the middle and started again.
 */
export const flow =
  ({ count, perSecond, windowMs, settleMs }: FlowOptions) =>
  async ({ contestant, child, open, put }: Work): Promise<void> => {
    const watched = /^(botyard|isolated|pm2)$/.test(contestant.name);
    const settle = isOurs(contestant.name) ? settleMs.ours : settleMs.peers;
    // Long enough that every bot still writes a while after the supervisor came back.
    const forMs = 3_000 + settle + windowMs + (watched ? windowMs + 2_000 : 0);
    const lines = perSecond * Math.ceil(forMs / 1_000);
    const session = open(appsOf(count, child.argv, "rate", perSecond, lines));
    const { system } = session;
    await system.boot(session.apps, { keepAll: true });
    await session.startedBy("start");
    const begun = now();
    await sleep(settle);
    put("flow cpu", await cpuPercent(session, windowMs));
    if (watched) await watch(session, windowMs, put);
    await crash(session, put);

    // Every first life has written its last line by then, or is over.
    await sleep(Math.max(0, (lines / perSecond) * 1_000 - msSince(begun)) + 1_000);
    await session.end();
    await tell(session, put);
  };

/** Lets viewers look on, and measures how long after being written each line reached them. */
async function watch(session: Session, windowMs: number, put: Work["put"]): Promise<void> {
  const { system, place } = session;
  const ids = session.apps.map(({ id }) => id);
  const args = isBotyard(system) ? ["botyard", system.gateway(), String(VIEWERS), ...ids] : ["pm2"];
  const home: Record<string, string> = isPm2(system) ? { PM2_HOME: system.home } : {};
  const program = fileURLToPath(new URL("../workload/viewer.mjs", import.meta.url));
  const viewer = spawn(process.execPath, [program, ...args], {
    env: environment(place, { ...home, [MARK]: place.mark }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  viewer.on("error", () => {});
  viewer.stdin.on("error", () => {});
  const said: string[] = [];
  createInterface({ input: viewer.stdout }).on("line", (line) => void said.push(line));
  if (isBotyard(system)) for (let n = 0; n < VIEWERS; n++) viewer.stdin.write(`${system.ticket()}\n`);
  await until("the viewers", () => said.includes("ready"), { withinMs: 20_000 });
  viewer.stdin.write("begin\n");
  put("watched cpu", await cpuPercent(session, windowMs));
  viewer.stdin.write("end\n");
  const answer = await until("what the viewers saw", () => said.find((line) => line.startsWith("[")));
  const delays = z.array(z.number()).min(1).parse(JSON.parse(answer));
  put("seen p50", quantile(delays, 0.5));
  put("seen p99", quantile(delays, 0.99));
}

async function crash(session: Session, put: Work["put"]): Promise<void> {
  const { system, apps } = session;
  await system.remember();
  process.kill(system.root(), "SIGKILL");
  await sleep(500);
  put("killed alive", session.children().length);
  const begun = now();
  await system.bootAgain();
  await until("the supervisor to know its bots again", () => system.knowsAll(), { withinMs: 20_000, everyMs: 10 });
  put("killed back", msSince(begun));
  await sleep(1_000);
  const copies = new Map<string, number>();
  for (const { args } of session.children()) {
    const id = apps.find((app) => args.includes(app.id))?.id ?? "?";
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  put(
    "killed copies",
    [...copies.values()].reduce((sum, n) => sum + n - 1, 0),
  );
}

/** Compares what each bot says it wrote in its first life with what its log holds. */
async function tell(session: Session, put: Work["put"]): Promise<void> {
  let [lost, doubled, whole] = [0, 0, 0];
  for (const { id } of session.apps) {
    const [first] = written(session.records(id));
    if (!first) throw new Error(`${id} never told that it started`);
    const [tag, count] = first;
    const tally = new Tally();
    await session.system.count(id, tally);
    const found = tally.of(tag);
    lost += Math.max(0, count - found.unique);
    doubled += found.doubled;
    whole += count;
  }
  put("killed lost", lost);
  put("killed doubled", doubled);
  put("killed written", whole);
}
