import { readdirSync } from "node:fs";
import { uptime } from "node:os";
import { allAlive, isZombie, marksOf, readStat, type Stat } from "./proc";

/** Every living process at one moment, sorted for those who ask about hundreds of runs at once. */
export type Census = {
  at: number;
  /** The same array as before as long as nobody was born, ended or moved. */
  procs: readonly Stat[];
  get(pid: number): Stat | undefined;
  childrenOf(pid: number): readonly Stat[];
  inSession(session: number): readonly Stat[];
  /** Every mark that anything carries, and who does. */
  marked: ReadonlyMap<string, readonly Stat[]>;
  /** This process and those it came from, which are never anybody's to kill. */
  kin: ReadonlySet<number>;
};

/** One look at /proc for everybody who asks at about the same time: 300 bots must not each read 1,000 processes. */
export interface Counter {
  /**
   * A look that began after the call, or at most `maxAge` ms before it; all who ask in the same turn of the event loop
   * share it. For adopting and killing. Rejects when the machine does not let us look (no file descriptor left).
   */
  fresh(maxAge?: number): Promise<Census>;
  /**
   * A look at most `maxAge` ms old, with marks from memory: a process that has just exec'd may show its old ones. With a `maxAge` also
   * what else is known of those who settled is believed for up to WHOLE_MS, so that a machine where nothing happens costs next to nothing.
   */
  recent(maxAge: number): Census;
}

/** A process that lived so long when it was read stays as it is: what execs or leaves its session does it in its first moments. s */
const SETTLED = 5;
/** Of the start time in a stat line, per second (USER_HZ, the same on every architecture Node runs on). */
const TICKS = 100;
/** Each process is read at least this often, ms: its number may be another's, and one that ended without being collected is still listed. */
const WHOLE_MS = 30_000;

type Memory = { marks: readonly string[]; isSettled: boolean };

export function createCounter(): Counter {
  let last: Census | undefined;
  let wholeAt = Number.NEGATIVE_INFINITY;
  let exact: Census | undefined;
  let coming: Promise<Census> | undefined;
  let remembered = new Map<string, Memory>();

  function look(useMemory: boolean): Census {
    wholeAt = performance.now();
    return sort(allAlive(), useMemory);
  }

  function sort(procs: readonly Stat[], useMemory: boolean): Census {
    const marked = new Map<string, Stat[]>();
    const now = new Map<string, Memory>();
    const settledBefore = (uptime() - SETTLED) * TICKS;
    for (const stat of procs) {
      const key = `${stat.pid}:${stat.start}`;
      const known = remembered.get(key);
      const memory =
        known && (useMemory || known.isSettled)
          ? known
          : { marks: marksOf(stat.pid), isSettled: Number(stat.start) < settledBefore };
      now.set(key, memory);
      for (const mark of new Set(memory.marks)) add(marked, mark, stat);
    }
    remembered = now;
    last = sorted(procs, marked);
    return last;
  }

  /** Reads only who is new, young, or lost its parent. */
  function skim(before: Census): Census {
    const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    const there = new Set(pids);
    const settledBefore = (uptime() - SETTLED) * TICKS;
    const procs = pids.flatMap((pid) => {
      const known = before.get(pid);
      const isSettled = known && Number(known.start) < settledBefore && (known.ppid === 0 || there.has(known.ppid));
      if (isSettled) return known;
      const stat = readStat(pid);
      if (!stat || isZombie(stat)) return [];
      return known && isSame(known, stat) ? known : stat;
    });
    const isSameAll = procs.length === before.procs.length && procs.every((stat, at) => stat === before.procs[at]);
    last = isSameAll ? { ...before, at: performance.now() } : sort(procs, true);
    return last;
  }

  return {
    fresh(maxAge = 0) {
      if (exact && performance.now() - exact.at < maxAge) return Promise.resolve(exact);
      coming ??= new Promise((settle, fail) => {
        setImmediate(() => {
          coming = undefined;
          try {
            exact = look(false);
            settle(exact);
          } catch (error) {
            fail(error);
          }
        });
      });
      return coming;
    },
    recent(maxAge) {
      const now = performance.now();
      if (last && now - last.at <= maxAge) return last;
      return last && maxAge > 0 && now - wholeAt < WHOLE_MS ? skim(last) : look(true);
    },
  };
}

const isSame = (a: Stat, b: Stat) =>
  a.start === b.start && a.ppid === b.ppid && a.pgrp === b.pgrp && a.session === b.session;

function sorted(procs: readonly Stat[], marked: Census["marked"]): Census {
  const byPid = new Map<number, Stat>();
  const children = new Map<number, Stat[]>();
  const sessions = new Map<number, Stat[]>();
  for (const stat of procs) {
    byPid.set(stat.pid, stat);
    add(children, stat.ppid, stat);
    add(sessions, stat.session, stat);
  }
  const kin = new Set([0, 1, process.pid]);
  for (let pid = process.ppid; !kin.has(pid); pid = (byPid.get(pid) ?? readStat(pid))?.ppid ?? 0) kin.add(pid);
  return {
    at: performance.now(),
    procs,
    get: (pid) => byPid.get(pid),
    childrenOf: (pid) => children.get(pid) ?? [],
    inSession: (session) => sessions.get(session) ?? [],
    marked,
    kin,
  };
}

function add<Key>(map: Map<Key, Stat[]>, key: Key, stat: Stat) {
  const there = map.get(key);
  if (there) there.push(stat);
  else map.set(key, [stat]);
}
