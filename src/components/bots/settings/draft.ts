import type { BotView } from "#contracts/api/bots";
import { type BotSettings, botName, botSettings, innerPath, type RuntimeName } from "#contracts/bot";

/** The settings as they stand in the form: numbers as typed, times in the unit shown. */
export type Draft = {
  name: string;
  runtime: RuntimeName;
  entry: string;
  args: string;
  shards: string;
  install: boolean;
  mode: BotSettings["restart"]["mode"];
  doneCodes: string;
  backoff: string;
  backoffMax: string;
  forget: string;
  crashLimit: string;
  crashWindow: string;
  signal: BotSettings["stop"]["signal"];
  grace: string;
  readyLine: string;
  readyTimeout: string;
  memory: string;
  cpu: string;
  processes: string;
  openFiles: string;
  disk: string;
  keepMb: string;
  keepDays: string;
};

const SECOND = 1_000;
const MINUTE = 60_000;

/** Every question that takes a number: its unit in the contract's, and what it may be, as shown. `open`: left empty it means no limit. */
export const numbers = {
  shards: { unit: 1, min: 1, max: 64 },
  backoff: { unit: SECOND, min: 0, max: 600 },
  backoffMax: { unit: SECOND, min: 1, max: 600 },
  forget: { unit: MINUTE, min: 0.1, max: 1_440 },
  crashLimit: { unit: 1, min: 1, max: 100 },
  crashWindow: { unit: MINUTE, min: 0.2, max: 1_440 },
  grace: { unit: SECOND, min: 0, max: 120 },
  readyTimeout: { unit: SECOND, min: 1, max: 600 },
  memory: { unit: 1, min: 16, max: 1_048_576, open: true },
  cpu: { unit: 1, min: 1, max: 25_600, open: true },
  processes: { unit: 1, min: 1, max: 65_536, open: true },
  openFiles: { unit: 1, min: 16, max: 1_048_576, open: true },
  disk: { unit: 1, min: 1, max: 1_048_576, open: true },
  keepMb: { unit: 1, min: 16, max: 65_536 },
  keepDays: { unit: 1, min: 1, max: 3_650, open: true },
} as const satisfies Partial<Record<keyof Draft, { unit: number; min: number; max: number; open?: boolean }>>;
export type NumberField = keyof typeof numbers;

/** What is wrong with an answer; its words are the form's. */
export type Wrong = "name" | "entry" | "args" | "codes" | "line" | "number";
export type Faults = Partial<Record<keyof Draft, Wrong>>;

/** The form as a bot's settings fill it in. */
export function draftOf({
  name,
  runtime,
  entry,
  settings,
}: Pick<BotView, "name" | "runtime" | "entry" | "settings">): Draft {
  const shown = (value: number, field: NumberField) =>
    value === 0 && isOpen(field) ? "" : String(Number((value / numbers[field].unit).toFixed(3)));
  const { restart, stop, ready, limits, logs } = settings;
  return {
    name,
    runtime,
    entry,
    args: settings.args.join("\n"),
    shards: shown(settings.shards, "shards"),
    install: settings.install,
    mode: restart.mode,
    doneCodes: restart.doneCodes.join(", "),
    backoff: shown(restart.backoffMs, "backoff"),
    backoffMax: shown(restart.backoffMaxMs, "backoffMax"),
    forget: shown(restart.forgetMs, "forget"),
    crashLimit: shown(restart.crashLimit, "crashLimit"),
    crashWindow: shown(restart.crashWindowMs, "crashWindow"),
    signal: stop.signal,
    grace: shown(stop.graceMs, "grace"),
    readyLine: ready.line,
    readyTimeout: shown(ready.timeoutMs, "readyTimeout"),
    memory: shown(limits.memoryMb, "memory"),
    cpu: shown(limits.cpuPercent, "cpu"),
    processes: shown(limits.processes, "processes"),
    openFiles: shown(limits.openFiles, "openFiles"),
    disk: shown(limits.diskMb, "disk"),
    keepMb: shown(logs.keepMb, "keepMb"),
    keepDays: shown(logs.keepDays, "keepDays"),
  };
}

/** Whether an empty answer means that there is no limit. */
export const isOpen = (field: NumberField): boolean => "open" in numbers[field];

/** Reads the form: the settings it says, or what is wrong where. */
export function readDraft(draft: Draft): { faults: Faults; settings: BotSettings | null; name: string; entry: string } {
  const faults: Faults = {};
  const number = (field: NumberField): number => {
    const { unit, min, max } = numbers[field];
    if (draft[field].trim() === "" && isOpen(field)) return 0;
    const typed = Number(draft[field].trim().replace(",", "."));
    const whole = unit > 1 || Number.isInteger(typed);
    if (draft[field].trim() === "" || !whole || !(typed >= min && typed <= max)) faults[field] = "number";
    return Math.round(typed * unit);
  };
  const name = botName.safeParse(draft.name);
  if (!name.success) faults.name = "name";
  const entry = innerPath.safeParse(draft.entry.trim());
  if (!entry.success) faults.entry = "entry";
  const doneCodes = codesOf(draft.doneCodes);
  if (doneCodes === null) faults.doneCodes = "codes";
  const said = {
    restart: {
      mode: draft.mode,
      doneCodes: doneCodes ?? [],
      backoffMs: number("backoff"),
      backoffMaxMs: number("backoffMax"),
      forgetMs: number("forget"),
      crashLimit: number("crashLimit"),
      crashWindowMs: number("crashWindow"),
    },
    stop: { signal: draft.signal, graceMs: number("grace") },
    ready: { line: draft.readyLine, timeoutMs: number("readyTimeout") },
    install: draft.install,
    args: draft.args.split("\n").filter((line) => line.trim() !== ""),
    shards: number("shards"),
    limits: {
      memoryMb: number("memory"),
      cpuPercent: number("cpu"),
      processes: number("processes"),
      openFiles: number("openFiles"),
      diskMb: number("disk"),
    },
    logs: { keepMb: number("keepMb"), keepDays: number("keepDays") },
  };
  const read = botSettings.safeParse(said);
  // What no question of its own has caught belongs to the two that take free text.
  if (!read.success && read.error.issues.some(({ path }) => path[0] === "args")) faults.args = "args";
  if (!read.success && read.error.issues.some(({ path }) => path[0] === "ready" && path[1] === "line"))
    faults.readyLine = "line";
  const settings = read.success && Object.keys(faults).length === 0 ? read.data : null;
  return { faults, settings, name: name.data ?? draft.name, entry: entry.data ?? draft.entry };
}

function codesOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  const codes = [...new Set(parts.map(Number))];
  const fine = codes.every((code) => Number.isInteger(code) && code >= 0 && code <= 255) && codes.length <= 16;
  return fine ? codes : null;
}

/** What was wrong, but for the answers that have changed since. */
export function without<T extends object>(wrong: T, changed: Partial<Draft>): Partial<T> {
  const left: Partial<T> = { ...wrong };
  for (const field in left) if (Object.hasOwn(changed, field)) delete left[field];
  return left;
}

/** A form that was filled in from `before`, where that is `now` meanwhile: what was changed in it stays. */
export function rebased<T extends object>(form: T, before: T, now: T): T {
  const changed: Partial<T> = { ...form };
  for (const field in form) if (form[field] === before[field]) delete changed[field];
  return { ...now, ...changed };
}
