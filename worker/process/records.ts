import { readdir } from "node:fs/promises";
import { constants } from "node:os";
import type { RawExit } from "../ports/index";
import { parseStat, type Stat } from "./proc";
import { isThere, readSmall } from "./read";

/** The files of a run's folder, see the drawing in index.ts. */
export const runFiles = (runDir: string) =>
  ({
    pid: `${runDir}/pid`,
    start: `${runDir}/start`,
    exit: `${runDir}/exit`,
    input: `${runDir}/in`,
    output: `${runDir}/out.log`,
  }) as const;

/** Follows the boot id in `pid` when there is a sandbox around the bot, which is then not the recorder's child. */
export const WRAPPED = "wrapped";

/**
 * Who a process was when it was written down, in which boot of the machine, and when (ms). `wrapped`, of a recording shell: it
 * put a sandbox around the bot.
 */
export type Recorded = Stat & { bootId: string; wrapped: boolean; at: number };

/** No record is longer; what is was not written by us, bytes. */
const LONGEST = 4_096;

/** Reads `pid` (the recording shell) or `start` (the bot): null when it is missing, half-written or garbage. */
export function readIdentity(path: string): Recorded | null {
  const file = readSmall(path, LONGEST);
  if (!file) return null;
  const [line, where, end] = file.text.split("\n");
  const stat = line === undefined ? null : parseStat(line);
  const [bootId, wrapped] = where?.split(" ") ?? [];
  return stat && bootId && end === "" ? { ...stat, bootId, wrapped: wrapped === WRAPPED, at: file.at } : null;
}

/** Whether anybody ever took the run's pid file, whatever is in it. */
export const wasTaken = (runDir: string): boolean => isThere(runFiles(runDir).pid);

/**
 * Reads `exit`. `partial`: its writer is dead, so that what is there is all there will ever be; otherwise a record
 * without its last line is not there yet.
 */
export function readExit(runDir: string, partial = false): RawExit | null {
  const file = readSmall(runFiles(runDir).exit, LONGEST);
  const match = file && /^(\d{1,3})\n([\s\S]*)$/.exec(file.text);
  if (!match) return null;
  const [, status = "", rest = ""] = match;
  if (!rest.endsWith("end\n") && !partial) return null;
  return { ...judgeStatus(Number(status), rest.replace(/end\n$/, "").trim()), at: file.at, recorded: true };
}

/**
 * Tells exit(143) from a death by SIGTERM, which `$?` shows alike. dash and busybox say in `jobs` which it was
 * ("Done(143)", "Terminated"). bash says nothing once it has waited: then a status that names a signal is taken for one.
 */
function judgeStatus(status: number, said: string): { code: number; signal: null } | { code: null; signal: string } {
  const signal = status > 128 ? signalName(status - 128) : undefined;
  if (signal === undefined || /\b(Done|Exit)\b/.test(said)) return { code: status, signal: null };
  return { code: null, signal };
}

const doubles = new Set(["SIGIOT", "SIGPOLL", "SIGUNUSED"]);
const names = new Map(Object.entries(constants.signals).flatMap(([name, n]) => (doubles.has(name) ? [] : [[n, name]])));

function signalName(number: number): string | undefined {
  return names.get(number) ?? (number >= 32 && number <= 64 ? `SIG${number}` : undefined);
}

/** The numbers of a bot's runs, newest first. */
export async function runNumbers(runsDir: string): Promise<number[]> {
  const entries = await readdir(runsDir).catch(() => []);
  return entries
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}
