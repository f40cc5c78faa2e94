import { setMaxListeners } from "node:events";
import { cpSync, existsSync, lstatSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAttacker } from "./attacker";
import {
  again,
  type Counted,
  checkPanel,
  checkRest,
  checkWorkerLog,
  compare,
  type Finding,
  nothing,
  stopAll,
  until,
} from "./check";
import { createClients } from "./clients";
import type { Disk } from "./disk";
import { type Options, readOptions } from "./options";
import type { Panel } from "./panel";
import { type Attack, attacks, orders, sayAttack, visits } from "./plan";
import { hasEnv, lookAt } from "./proc";
import { History, readOn } from "./reader";
import { Reading } from "./reading";
import { type Report, sayReport, type Zeros } from "./report";
import { makeRunFolder, type Stage, setStage, sweep } from "./stage";
import { sit, type Viewing } from "./viewers";
import { watch } from "./watch";

/*
 * npm run chaos: a real panel and a crew of bots of every habit; whatever can be killed is killed, while people command and look
 * on; then, by the bots' own records, everything must have come true.
 *
 *   stage ──▶ attacks + clients + viewers + watch, for some minutes ──▶ leave alone ──▶ check rest ──▶ stop all ──▶ compare ──▶ report
 */

const CLIENTS = 3;
const SEATS = 4;
/** Between two attacks at least, ms. */
const BREATH_MS = 150;
/** How long a patient attack waits for the panel to be well, ms. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 4_000;
const SAY_MS = 10_000;

const say = (line: string) => console.log(line);

async function run(options: Options): Promise<boolean> {
  const folder = makeRunFolder();
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => over.abort(new Error(`ended by ${signal}`)));
  const open: { disk?: Disk; panel?: Panel } = {};
  let stage: Stage | undefined;
  let report: Report | undefined;
  say(`Chaos with seed ${options.seed} for ${options.minutes} min, ${options.kills} kills, in ${folder}`);
  try {
    stage = await setStage(folder, options.diskMb, { say, opened: (what) => Object.assign(open, what) });
    report = await live(stage, options, over.signal);
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error));
    say(
      over.signal.aborted ? `Broken off: ${why.message}` : `It could not be carried out: ${why.stack ?? why.message}`,
    );
  } finally {
    const keep = options.keep || !(report?.ok || over.signal.aborted);
    report = await tidy({ folder, open, stage, report, keep });
  }
  if (!report) return false;
  say(`\n${sayReport(report)}`);
  if (options.out) writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  return report.ok;
}

async function live(stage: Stage, options: Options, broken: AbortSignal): Promise<Report> {
  const { api, panel, crew, disk, note } = stage;
  const { minutes, seed, kills } = options;
  const ground = {
    bots: crew.length,
    flooders: crew.filter(({ member }) => member.habit === "flood").length,
    slots: stage.slots.length,
    disk: disk !== undefined,
  };
  const ending = new AbortController();
  const over = AbortSignal.any([ending.signal, broken]);
  setMaxListeners(0, over);
  const clients = createClients({ api, crew, slots: stage.slots, say: note });
  const attacker = createAttacker({
    panel,
    disk,
    clients,
    over,
    async botProcess(bot) {
      const { bots } = await api.bots().catch(() => ({ bots: [] }));
      const status = bots.find(({ id }) => id === crew[bot]?.id)?.live?.status;
      const proc = status && "pid" in status ? lookAt(status.pid) : undefined;
      return proc &&
        "run" in (status ?? {}) &&
        status &&
        "run" in status &&
        hasEnv(proc.pid, `BOTYARD_BOT=${crew[bot]?.id}:${status.run}`)
        ? proc
        : undefined;
    },
  });
  const viewing: Viewing = { visits: 0, lines: 0, wrong: [] };
  const follow = new Map(crew.map(({ id }) => [id, new Reading()]));
  const history = new Map(crew.map(({ id }) => [id, new History()]));
  const from = performance.now();
  const lasts = minutes * 60_000;

  async function attackOn(): Promise<void> {
    const plan = attacks(seed, ground);
    while (!over.aborted) {
      const attack: Attack = plan.next().value;
      if (attack.patient) await until(() => api.isWell(), PATIENCE_MS, over);
      note(sayAttack(attack, (bot) => crew[bot]?.member.name ?? ""));
      await attacker.carryOut(attack);
      const due = from + (attacker.kills() * lasts) / kills;
      await sleep(Math.max(BREATH_MS, due - performance.now()), undefined, { signal: over }).catch(() => {});
    }
  }
  async function lookOn(): Promise<void> {
    while (!over.aborted) {
      for (const { id } of crew) {
        const reading = follow.get(id);
        if (reading) await readOn(api, id, reading).catch(() => {});
        history.get(id)?.take(await api.runs(id).catch(() => []));
        if (over.aborted) return;
      }
      await sleep(LOOK_MS, undefined, { signal: over }).catch(() => {});
    }
  }
  async function tellOn(): Promise<void> {
    while (!over.aborted) {
      await sleep(SAY_MS, undefined, { signal: over }).catch(() => {});
      const lines = [...follow.values()].reduce((sum, reading) => sum + reading.lines, 0);
      const { taken, refused, unknown } = clients.counts;
      const seconds = Math.round((performance.now() - from) / 1000);
      say(
        `${String(seconds).padStart(5)} s of ${minutes * 60}: ${attacker.kills()} kills, ${taken}/${refused}/${unknown} commands taken/refused/unanswered, ${lines} lines read, ${viewing.visits} viewers`,
      );
    }
  }

  const work = [
    attackOn(),
    lookOn(),
    tellOn(),
    ...Array.from({ length: CLIENTS }, (_, client) => clients.serve(orders(seed, client, ground), over)),
    ...Array.from({ length: SEATS }, (_, seat) =>
      sit({ api, gatewayPort: panel.gatewayPort, crew }, visits(seed, seat, ground), viewing, over),
    ),
  ];
  const watching = watch(
    { api, panel, isOurs: stage.isOurs, deleted: clients.deleted, isFrozen: attacker.isFrozen },
    over,
  );
  await Promise.race([sleep(lasts, undefined, { signal: broken }).catch(() => {}), ...work]);
  ending.abort();
  await Promise.all(work);
  const sightings = await watching;
  await attacker.relent();
  broken.throwIfAborted();

  say("Left alone now, to come to rest …");
  note("left alone");
  const findings: Finding[] = sightings.map(({ kind, botId, what }) => ({
    count: kind === "orphan" ? "orphans" : "second copies",
    by: 1,
    what: `${botId}: ${what} (seen live)`,
  }));
  const away = await checkPanel(stage);
  findings.push(...away);
  let counted: Counted = nothing;
  if (away.length === 0) {
    findings.push(...(await checkRest(stage, clients)));
    broken.throwIfAborted();
    findings.push(...(await stopAll(stage)));
    say("All stopped; comparing …");
    for (const [id, reading] of follow) await again(() => readOn(api, id, reading));
    const compared = await compare(stage, { attacker, clients, follow, history });
    findings.push(...compared.findings);
    counted = compared.counted;
  }
  for (const what of viewing.wrong)
    findings.push({ count: what.includes("left out") ? "lost" : "doubled", by: 1, what: `a viewer of ${what}` });
  findings.push(...checkWorkerLog(panel.home));
  if (!panel.isMinded()) findings.push({ count: "panel", by: 1, what: "the launcher has ended" });
  const { done } = attacker;
  return {
    ok: findings.length === 0,
    minutes,
    seed,
    zeros: countOf(findings),
    kills: { ...done.kills, all: attacker.kills(), missed: done.missed, bots: done.botKills },
    freezes: done.freezes,
    fills: done.fills,
    floods: done.floods,
    commands: { taken: clients.counts.taken, refused: clients.counts.refused, unknown: clients.counts.unknown },
    made: clients.counts.made,
    deleted: clients.counts.deleted,
    visits: viewing.visits,
    lives: counted.lives,
    written: counted.written,
    checked: counted.checked,
    apart: {
      "lines in gaps": counted.inGaps,
      "torn lines": counted.torn,
      gaps: { outrun: counted.outrun, bounds: counted.bounds },
      "unrecorded ends": counted.unrecorded,
      "runs no longer kept": counted.unkept,
    },
    left: [],
    findings: findings.map(({ count, what }) => `${count}: ${what}`),
    folder: null,
  };
}

function countOf(findings: readonly Finding[]): Zeros {
  const sum = (name: Finding["count"]) =>
    findings.filter(({ count }) => count === name).reduce((all, { by }) => all + by, 0);
  return {
    lost: sum("lost"),
    doubled: sum("doubled"),
    "second copies": sum("second copies"),
    orphans: sum("orphans"),
    "wrong states": sum("wrong states"),
    "left stopped": sum("left stopped"),
  };
}

/** Ends everything, looks whether it did, and takes the folder away unless there is something to look at in it. */
async function tidy(what: {
  folder: string;
  open: { disk?: Disk; panel?: Panel };
  stage: Stage | undefined;
  report: Report | undefined;
  keep: boolean;
}): Promise<Report | undefined> {
  const { folder, open, stage, keep } = what;
  let { report } = what;
  say("Ending …");
  const well = await open.panel?.end().catch(() => false);
  if (open.panel) {
    const left = sweep(stage ?? { panel: open.panel, isOurs: (id) => existsSync(join(folder, "home/bots", id)) });
    const said = [
      ...left.bots.map((pid) => `orphans: process ${pid} of a bot outlived the end`),
      ...left.panel.map((pid) => `panel: process ${pid} of the panel outlived its end`),
      ...(well ? [] : ["panel: the launcher did not end well"]),
    ];
    if (report && said.length > 0) {
      const zeros = { ...report.zeros, orphans: report.zeros.orphans + left.bots.length };
      report = { ...report, ok: false, zeros, left: said, findings: [...report.findings, ...said] };
    }
  }
  const keeps = keep || report?.ok === false;
  try {
    if (keeps && open.disk && open.panel) keepHome(folder);
  } catch (error) {
    say(`Not all could be kept: ${String(error)}`);
  }
  await open.disk?.close();
  rmSync(join(folder, "program"), { recursive: true, force: true });
  if (!keeps) rmSync(folder, { recursive: true, force: true });
  else if (report) {
    report = { ...report, folder };
    writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  } else say(`What there is of it is in ${folder}.`);
  return report;
}

/** The disk goes away, so that what tells something is copied from it. */
function keepHome(folder: string): void {
  for (const name of ["bots", "logs", "worker", "pm2"]) {
    const from = join(folder, "home", name);
    const options = { recursive: true, verbatimSymlinks: true, filter: isPlain };
    if (existsSync(from)) cpSync(from, join(folder, "kept", name), options);
  }
}

/** Neither a FIFO nor a socket: those cannot be copied. */
const isPlain = (path: string): boolean => {
  const found = lstatSync(path);
  return found.isFile() || found.isDirectory() || found.isSymbolicLink();
};

async function main(): Promise<void> {
  try {
    process.exit((await run(readOptions(process.argv.slice(2)))) ? 0 : 1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

void main();
