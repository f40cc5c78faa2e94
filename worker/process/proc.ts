import { readdirSync } from "node:fs";
import { readProc } from "./read";

/** What tells one process from another that later has its number: the start time, in ticks since boot, never repeats. */
export type Identity = { pid: number; start: string };

/** The line of a process in /proc/<pid>/stat, as far as it is of use here. */
export type Stat = Identity & { state: string; ppid: number; pgrp: number; session: number };

/** Reads a stat line; the name in it may hold spaces and brackets, so the fields are counted from the last bracket. */
export function parseStat(line: string): Stat | null {
  const open = line.indexOf(" (");
  const close = line.lastIndexOf(") ");
  if (open < 0 || close < open) return null;
  const fields = line.slice(close + 2).split(" ");
  const [pid, ppid, pgrp, session] = [line.slice(0, open), fields[1], fields[2], fields[3]].map(Number);
  const [state, start] = [fields[0], fields[19]];
  if (!state || !start || !/^\d+$/.test(start)) return null;
  for (const number of [pid, ppid, pgrp, session]) if (!Number.isSafeInteger(number)) return null;
  return { pid: pid ?? 0, ppid: ppid ?? 0, pgrp: pgrp ?? 0, session: session ?? 0, state, start };
}

/** The process of this number now, or null when there is none. */
export function readStat(pid: number): Stat | null {
  return readProc(`/proc/${pid}/stat`, (bytes) => parseStat(bytes.toString("latin1"))) ?? null;
}

/** Dead but not yet collected by its parent. */
export const isZombie = (stat: Stat): boolean => stat.state === "Z" || stat.state === "X";

/** Whether this very process lives: same number, same start, and not a zombie. `kill(pid, 0)` can tell neither. */
export function isAlive(who: Identity): boolean {
  const now = readStat(who.pid);
  return now !== null && now.start === who.start && !isZombie(now);
}

/** Every living process of the machine. */
export function allAlive(): Stat[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readStat(Number(name));
    return stat && !isZombie(stat) ? [stat] : [];
  });
}

/** The variable that everything a run ever starts carries in its environment. */
export const MARKER = "BOTYARD_BOT";

const marker = Buffer.from(`${MARKER}=`);

/** The marks in a process's environment, as it was at its last exec. None when it is not ours to read. */
export function marksOf(pid: number): readonly string[] {
  const found = readProc(`/proc/${pid}/environ`, (environ) => {
    // Most processes of a machine have no mark: do not cut their whole environment into pieces.
    if (!environ.includes(marker)) return [];
    return environ
      .toString("latin1")
      .split("\0")
      .flatMap((entry) => (entry.startsWith(`${MARKER}=`) ? [entry.slice(MARKER.length + 1)] : []));
  });
  return found ?? [];
}

/**
 * The numbers of a process, ours first, then the one in each space of process numbers (pid namespace) below ours that it is in. Only
 * ours where the kernel does not tell; none when it is gone.
 */
export function numbersOf(pid: number): readonly number[] {
  const status = readProc(`/proc/${pid}/status`, (bytes) => bytes.toString("latin1"));
  if (status === undefined) return [];
  const numbers = /^NSpid:\s+([\d\s]+?)$/m.exec(status)?.[1];
  return numbers === undefined ? [pid] : numbers.split(/\s+/).map(Number);
}

/** Whether it is number 1 in a space of process numbers below ours, so that all in there ends with it. */
export function isInit(pid: number): boolean {
  const numbers = numbersOf(pid);
  return numbers.length > 1 && numbers.at(-1) === 1;
}

/** Sends a signal to one process, or to a group when negative; false when it is gone or not ours to signal. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
