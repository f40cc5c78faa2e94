import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWorkers } from "./build";
import { type Contestant, present } from "./contestants";
import { beginning } from "./measure/processes";
import { planOf, sizes } from "./plan";
import { circumstances, loadNow } from "./report/circumstances";
import { briefTable, placeBrief, resultsPage } from "./report/markdown";
import { add, type Samples, summarize } from "./report/results";
import { rowsOf } from "./report/rows";
import type { Scenario } from "./scenarios/scenario";
import { createBotyard } from "./systems/botyard";
import { removeGroups } from "./systems/groups";
import { endMarked, type Place, Session } from "./systems/system";
import { makeChild } from "./workload/child";

/*
 * npm run bench: runs every scenario of plan.ts for every contestant, round by round, so that what disturbs the machine for a
 * while disturbs all of them, and writes RESULTS.md and RESULTS.json. `--quick`: one round of less; `--only <text>`: scenarios
 * whose name holds it; `--within <minutes>`; `--out <folder>`: somewhere else; `--readme`: the short table into README.md as well.
 */

const given = process.argv.slice(2);
const quick = given.includes("--quick");
/** The argument after a flag. */
const after = (flag: string) => (given.includes(flag) ? given[given.indexOf(flag) + 1] : undefined);
const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const say = (line: string) => console.log(line);

const token = `${process.pid}.${beginning(process.pid)}`;
const folder = mkdtempSync(join(tmpdir(), `bybench-${token}-`));
let sessions = 0;

/** Ends everything of a run and removes its folder; the run may have been broken off anywhere. */
async function cleanUp(run: string, itsFolder: string): Promise<void> {
  await endMarked(`${run}:`);
  for (const session of readdirSync(itsFolder)) removeGroups(join(itsFolder, session, "home"));
  rmSync(itsFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Does so for runs that were killed: their folders carry the name of a run that is no more. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const run = /^bybench-(\d+\.\d+)-/.exec(name)?.[1];
    const [pid, start] = run?.split(".") ?? [];
    if (run && beginning(Number(pid)) !== start) await cleanUp(run, join(tmpdir(), name));
  }
}

function newPlace(): Place {
  sessions += 1;
  const dir = join(folder, `s${sessions}`);
  mkdirSync(dir, { recursive: true });
  return { dir, mark: `${token}:${sessions}.` };
}

/** Whether this machine can isolate at all; a column that would measure the same thing twice is left out, by name. */
async function canIsolate(): Promise<boolean> {
  const place = newPlace();
  const system = createBotyard(place, { isolated: true });
  try {
    await system.boot([]);
    return (await system.node()).isolation.level !== "none";
  } finally {
    await new Session(system, place, []).end();
    rmSync(place.dir, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const size = quick ? sizes.quick : sizes.full;
  const only = after("--only");
  const out = after("--out") ?? inRoot("bench");
  const load = loadNow();
  const withinMs = Number(after("--within") ?? size.withinMs / 60_000) * 60_000;
  const notes: string[] = [];
  const note = (text: string) => {
    if (!notes.includes(text)) notes.push(text);
    say(`  ! ${text}`);
  };
  await sweep();
  await buildWorkers();
  const child = await makeChild(folder);
  if (!child.small)
    note("No C compiler here: all children are Node programs, which themselves take most of any start.");
  const { here, absent } = present();
  if (absent.length) note(`Left out, because not installed: ${absent.join(", ")}.`);
  const columns = (await canIsolate()) ? here : here.filter(({ name }) => name !== "isolated");
  if (columns.length < here.length) note("Left out: Botyard, isolated. This machine cannot isolate bots.");
  if (quick) note("A quick run: one repeat of less work. Its figures are for seeing that it works.");

  const plan = planOf(size, quick).filter(({ name }) => !only || name.includes(only));
  const samples: Samples = new Map();
  const begun = performance.now();
  const rounds = Math.max(...plan.map(({ repeats }) => repeats));
  for (let round = 0; round < rounds; round++) {
    for (const scenario of plan.filter(({ repeats }) => round < repeats)) {
      const who = columns.filter(
        ({ name }) => scenario.who.includes(name) && round < (scenario.fewer?.[name] ?? scenario.repeats),
      );
      // Another one begins each time.
      for (const contestant of [...who.slice(round % who.length), ...who.slice(0, round % who.length)]) {
        if (performance.now() - begun > withinMs) {
          note(`Time was up in round ${round + 1} of ${rounds}, at “${scenario.name}”: later repeats are missing.`);
          return finish();
        }
        await measure(scenario, contestant, round);
      }
    }
  }
  return finish();

  async function measure(scenario: Scenario, contestant: Contestant, round: number) {
    const opened: Session[] = [];
    const found: [string, number][] = [];
    const from = performance.now();
    try {
      await scenario.run({
        contestant,
        round,
        child,
        open(apps, create = contestant.create) {
          const place = newPlace();
          const session = new Session(create(place), place, apps);
          opened.push(session);
          return session;
        },
        put: (row, value) => void found.push([row, value]),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      note(`${contestant.label}, ${scenario.name}: ${why.split("\n")[0]}`);
    } finally {
      // What was measured before a failure counts as well.
      for (const [row, value] of found) add(samples, row, contestant.name, value);
      for (const session of opened) {
        await session.end();
        rmSync(session.place.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      }
    }
    const figures = found.filter(([row]) => row !== "crash" && row !== "crash adopted");
    const took = ((performance.now() - from) / 1_000).toFixed(1);
    const shown = figures.map(([row, value]) => `${row} ${Number(value.toFixed(2))}`).join(", ");
    say(`${round + 1} ${scenario.name} · ${contestant.label} (${took} s) ${shown}`);
  }

  async function finish() {
    const rows = summarize(rowsOf(size), samples);
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
    const command = ["npm run bench", ...(given.length ? ["--", ...given] : [])].join(" ");
    const facts = await circumstances(folder, command, load);
    const all = [...facts, ["Took", `${minutes} minutes, ${rounds} rounds`] as const];
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "RESULTS.md"), resultsPage(rows, columns, all, notes));
    const json = { circumstances: Object.fromEntries(all), notes, rows, samples: plainSamples(samples) };
    writeFileSync(join(out, "RESULTS.json"), `${JSON.stringify(json, null, 2)}\n`);
    say(`\n${briefTable(rows, columns)}\n`);
    for (const { label, verdicts } of rows) {
      for (const { text, met } of verdicts) if (!met) say(`missed: ${label}: ${text}`);
    }
    say(`${join(out, "RESULTS.md")} written after ${minutes} minutes.`);
    if (given.includes("--readme")) writeReadme(briefTable(rows, columns));
  }
}

function writeReadme(brief: string) {
  const file = inRoot("README.md");
  const text = existsSync(file) ? placeBrief(readFileSync(file, "utf8"), brief) : undefined;
  if (text === undefined) say("README.md has no place for the table: <!-- bench --> … <!-- /bench -->.");
  else writeFileSync(file, text);
}

const plainSamples = (samples: Samples) =>
  Object.fromEntries([...samples].map(([row, columns]) => [row, Object.fromEntries(columns)]));

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.once(signal, () => {
    say(`\n${signal}: ending what was started`);
    void cleanUp(token, folder).finally(() => process.exit(code));
  });
}

void main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .then(() => cleanUp(token, folder))
  .finally(() => process.exit());
