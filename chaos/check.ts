import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";
import { homePaths } from "#contracts/home";
import { Refused } from "./api";
import type { Attacker } from "./attacker";
import type { Clients } from "./clients";
import type { Hired } from "./crew";
import { unansweredKills, wanted } from "./ledger";
import { markedOf } from "./proc";
import { type History, livesIn, readAll } from "./reader";
import { type Judged, judge, type Reading } from "./reading";
import { findOverlaps, type Life } from "./records";
import type { Stage } from "./stage";
import { isMoving, judgeRest, judgeRuns } from "./verdict";

/** Something that is not as it must be, and which of the counts it goes into, how often. */
export type Finding = {
  count: "lost" | "doubled" | "second copies" | "orphans" | "wrong states" | "left stopped" | "panel";
  by: number;
  what: string;
};

/** How long all may take to come to rest once it is left alone, ms. */
const REST_MS = 150_000;
/** Between two looks at one bot that must agree, ms. */
const APART_MS = 1_500;

/** Waits for something with the panel possibly away; false when it does not come. */
export async function until(met: () => Promise<boolean>, withinMs: number, over?: AbortSignal): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (performance.now() < end && !over?.aborted) {
    if (await met().catch(() => false)) return true;
    await sleep(250);
  }
  return false;
}

/** Asks a panel that is left alone: an answer that is cut off is asked for again, one that is wrong is wrong. */
export async function again<T>(ask: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (tries <= 1 || (error instanceof Refused && error.status === 500)) throw error;
    await sleep(2_000);
    return again(ask, tries - 1);
  }
}

/** Moment of the kernel's clock, µs, as the bots write it down. */
const clock = (): number => Number(process.hrtime.bigint() / 1000n);

/** Errors in the worker's own log that nobody expects: they are bugs, whether they did harm this time or not. */
export function checkWorkerLog(home: string): Finding[] {
  const text = readFileSync(join(homePaths(home).logs, "worker.log"), "utf8");
  const bugs = text
    .split("\n")
    .filter((line) =>
      /\b(Type|Reference|Range|Syntax)Error\b|uncaughtException|unhandledRejection|cannot lead from/.test(line),
    );
  const kinds = new Map(bugs.map((line) => [line.replace(/^\S+ /, "").replace(/\b[a-z0-9]{10}\b/g, "…"), line]));
  return [...kinds.values()].map((line) => ({ count: "panel", by: 1, what: `the worker said: ${line.slice(0, 300)}` }));
}

/** Waits until the panel is well again by itself; what is wrong when it does not come back. */
export async function checkPanel({ api, panel }: Stage): Promise<Finding[]> {
  if (!(await until(() => api.isWell(), REST_MS))) {
    const missing = (["pm2", "worker", "web", "postgres"] as const).filter((part) => !panel.find(part));
    return [
      {
        count: "panel",
        by: 1,
        what: `the panel did not come back within ${REST_MS / 1000} s; missing: ${missing.join(", ") || "nothing"}`,
      },
    ];
  }
  return [];
}

/** Looks at every bot once it is left alone: is it where it was told to be, and is it what it is shown to be? */
export async function checkRest(stage: Stage, clients: Clients): Promise<Finding[]> {
  const { api, crew } = stage;
  const look = async () => new Map((await again(() => api.bots())).bots.map((bot): [string, BotView] => [bot.id, bot]));
  await until(async () => {
    const views = await look();
    return crew.every(({ id }) => {
      const live = views.get(id)?.live;
      return live && !isMoving(live);
    });
  }, REST_MS);
  const findings: Finding[] = [];
  for (const hired of crew) findings.push(...(await checkOne(hired, look, clients)));
  for (const id of clients.deleted.keys())
    if (stage.isOurs(id) && (await look()).has(id))
      findings.push({ count: "wrong states", by: 1, what: `${id} was deleted, and is there` });
  findings.push(...(await checkStopped(stage)));
  return findings;
}

async function checkOne(hired: Hired, look: () => Promise<Map<string, BotView>>, clients: Clients): Promise<Finding[]> {
  const wished = wanted(clients.given.filter(({ botId }) => botId === hired.id)) ?? undefined;
  let wrong: string[] = [];
  // One that crashes all the time is looked at again until it holds still for a moment.
  for (let tries = 0; tries < 8; tries++) {
    const before = (await look()).get(hired.id)?.live;
    const since = clock();
    await sleep(APART_MS);
    const after = (await look()).get(hired.id)?.live;
    if (!before || !after) {
      wrong = ["Botyard says nothing of it"];
      continue;
    }
    const newest = newestOf(livesIn(hired.records));
    const alive = newest !== undefined && newest.until > since;
    const { desired, status } = after;
    wrong = judgeRest({ desired, status, wished, newest, alive });
    if (wrong.length === 0) break;
    if (!same(before, after)) wrong = [];
  }
  return wrong.map((what) => ({ count: "wrong states" as const, by: 1, what: `${hired.member.name}: ${what}` }));
}

const same = (a: BotLive, b: BotLive): boolean =>
  JSON.stringify(a.status) === JSON.stringify(b.status) && a.desired === b.desired;

const newestOf = (lives: readonly Life[]): Life | undefined =>
  lives
    .filter(({ child }) => !child)
    .sort((a, b) => a.from - b.from)
    .at(-1);

/** Processes that stand still although nobody tells them to; a brake may hold one for a moment. */
async function checkStopped(stage: Stage): Promise<Finding[]> {
  const still = () => markedOf(stage.isOurs).filter(({ state }) => state === "T");
  const first = still();
  if (first.length === 0) return [];
  await sleep(5_000);
  const now = new Set(still().map(({ pid, began }) => `${pid} ${began}`));
  return first
    .filter(({ pid, began }) => now.has(`${pid} ${began}`))
    .map(({ pid, botId, run }) => ({
      count: "left stopped" as const,
      by: 1,
      what: `process ${pid} of ${botId}, run ${run}, was left stopped`,
    }));
}

/** Stops every bot, and looks whether anything of them is left. */
export async function stopAll(stage: Stage): Promise<Finding[]> {
  const { api } = stage;
  const ids = (await again(() => api.bots())).bots.map(({ id }) => id);
  const stopped = await until(async () => {
    const { bots } = await api.bots();
    const up = bots.filter(({ live }) => live?.status.state !== "stopped");
    await Promise.all(up.map(({ id }) => api.command(id, "stop").catch(() => {})));
    return up.length === 0;
  }, REST_MS);
  const findings: Finding[] = [];
  if (!stopped) {
    const { bots } = await api.bots();
    for (const { name, live } of bots.filter((bot) => bot.live?.status.state !== "stopped"))
      findings.push({
        count: "wrong states",
        by: 1,
        what: `${name}: told to stop, it is ${live?.status.state ?? "unknown"}`,
      });
  }
  for (const { pid, botId, run } of markedOf(stage.isOurs))
    findings.push({
      count: "orphans",
      by: 1,
      what: `process ${pid} of ${ids.includes(botId) ? "" : "the deleted "}${botId}, run ${run}, outlived the stop`,
    });
  return findings;
}

/** What was counted while comparing. */
export type Counted = {
  lives: number;
  written: number;
  checked: number;
  inGaps: number;
  torn: number;
  outrun: number;
  bounds: number;
  unrecorded: number;
  unkept: number;
};

export const nothing: Counted = {
  lives: 0,
  written: 0,
  checked: 0,
  inGaps: 0,
  torn: 0,
  outrun: 0,
  bounds: 0,
  unrecorded: 0,
  unkept: 0,
};

/** Compares what each bot wrote down with what Botyard has of it. All of them are stopped. */
export async function compare(
  stage: Stage,
  {
    attacker,
    clients,
    follow,
    history,
  }: {
    attacker: Attacker;
    clients: Clients;
    follow: ReadonlyMap<string, Reading>;
    history: ReadonlyMap<string, History>;
  },
): Promise<{ findings: Finding[]; counted: Counted }> {
  const findings: Finding[] = [];
  const counted: Counted = { ...nothing };
  for (const [index, hired] of stage.crew.entries()) {
    const { id, member } = hired;
    const lives = livesIn(hired.records).filter(({ botId }) => botId === id);
    const whole = await again(() => readAll(stage.api, id));
    const told = history.get(id);
    told?.take(await again(() => stage.api.runs(id)));
    const runs = told?.runs ?? new Map();
    const newest = Math.max(0, ...runs.keys());
    // The API tells of the newest 200; older ones may have gone from the log as well.
    const from = newest > 200 ? (whole.firstRun ?? 0) : 0;
    counted.unkept += Math.max(0, from - 1);
    const note = (count: Finding["count"], by: number, what: string) =>
      findings.push({ count, by, what: `${member.name} (${id}): ${what}` });

    const judged = judge(whole, lives, from);
    noteLines(judged, "", note);
    const followed = follow.get(id);
    if (followed) noteLines(judge(followed, lives), ", as it was read all along", note);

    // A kill comes before it is written down: when the worker dies in between, it was nobody's.
    const own = clients.given.filter(({ botId }) => botId === id);
    const killed = [
      ...attacker.killedBots.filter(({ bot }) => bot === index).map(({ at }) => at),
      ...unansweredKills(own).map((moment) => performance.timeOrigin + moment),
    ];
    const { wrong, unrecorded } = judgeRuns(runs, lives, { killed, spells: attacker.spells, from });
    for (const what of [...wrong, ...(told?.changed ?? [])]) note("wrong states", 1, what);

    counted.lives += lives.length;
    counted.written += lives.reduce((sum, life) => sum + life.due, 0);
    counted.checked += whole.lines;
    counted.inGaps += judged.inGaps;
    counted.torn += judged.torn;
    for (const { why, run } of whole.gaps) {
      if (why === "damaged") note("lost", 1, `run ${run}: a stretch of its log is damaged`);
      else counted[why] += 1;
    }
    counted.unrecorded += unrecorded;
  }
  const all = [...stage.crew, ...stage.slots.map(({ folder }) => folder)].flatMap(({ records }) => livesIn(records));
  for (const { kind, botId, older, newer } of findOverlaps(all)) {
    const what = `${botId}: ${older.stream} of run ${older.run} was there ${Math.round((older.until - newer.from) / 1000)} ms into ${newer.stream} of run ${newer.run}`;
    findings.push({ count: kind === "second copy" ? "second copies" : "orphans", by: 1, what });
  }
  return { findings, counted };
}

function noteLines(
  judged: Judged,
  how: string,
  note: (count: Finding["count"], by: number, what: string) => void,
): void {
  const some = (numbers: readonly number[]) =>
    `${numbers.length} (${numbers.slice(0, 8).join(", ")}${numbers.length > 8 ? ", …" : ""})`;
  for (const { stream, run, numbers } of judged.lost)
    note("lost", numbers.length, `run ${run}, ${stream}: lines lost: ${some(numbers)}${how}`);
  for (const { stream, run, numbers } of judged.doubled)
    note("doubled", numbers.length, `run ${run}, ${stream}: lines doubled: ${some(numbers)}${how}`);
  for (const { run, offset, what } of judged.odd.slice(0, 20)) note("doubled", 1, `${run}.${offset}: ${what}${how}`);
}
