import type { LogCursor, LogLine } from "#contracts/log";
import type { Closer } from "../ports/index";
import type { End } from "./end";
import { readLines } from "./lines";
import { align, bytesAfter, lastPlace, linesBetween, logLine, PAGE_BYTES, readBackward, readForward } from "./pages";
import type { Look, Runs } from "./runs";
import type { Times } from "./times";

/** Lines read for one follower at once. */
const PAGE = 2_000;
/** Lines that a follower gets when it jumps to the newest. */
const NEWEST = 500;
/** A log that stands as it stood is still looked at whole this often, ms: after a run's end the next may be there at any time. */
const WHOLE_MS = { over: 300, alive: 2_000 } as const;
/** A disk that refuses is asked again after this long, ms. */
const AGAIN_MS = 1_000;

type Listener = (lines: LogLine[], missed: number) => void;
type Follower = { place: LogCursor | undefined; aligned: boolean; listener: Listener; skipBeyond: number };
type Step = { lines: LogLine[]; missed: number; end: LogCursor; searched: number; full: boolean };

/*
 * All followers of one log. Each has its own place; those that stand at the same place are read for once. Every round takes one
 * look at the disk and reads no further than it shows, so a follower that has caught up stands where the others stand.
 *
 *   look ─▶ group by place ─▶ read forward (or jump, when too far behind) ─▶ tell ─▶ wait, unless a page was full
 *
 * Between two such looks the end of a log that grows is held open and read alone, until anything else has changed.
 */
export interface Tail {
  follow(after: LogCursor | undefined, listener: Listener, skipBeyond?: number): Closer;
  /** Settles when nothing of it reads any more. */
  close(): Promise<void>;
}

type TailPorts = {
  runs: Runs;
  times: Times;
  pollMs: number;
  /** Makes lines fit to be seen; once for all followers of a place. */
  clean: (lines: LogLine[]) => LogLine[];
  say: (text: string) => void;
};

/** Follows while there is a follower; costs nothing otherwise. `pollMs` bounds how late a line is seen. */
export function openTail({ runs, times, pollMs, clean, say }: TailPorts): Tail {
  const followers = new Set<Follower>();
  const searched = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round: Promise<void> | undefined;
  /** How the newest run stood before the last look, after which everybody had everything. */
  let rest: { run: number; glance: string; until: number } | undefined;
  /** The newest run's, when it is being written. */
  let end: End | undefined;

  function wake(ms: number) {
    if (round || followers.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      round = goRound().then((ms) => {
        round = undefined;
        if (followers.size === 0) letGo();
        wake(ms);
      });
    }, ms);
  }

  function letGo() {
    end?.close();
    end = undefined;
  }

  const allPlaced = () => [...followers].every((follower) => follower.aligned);

  /** Answers when to go round again. */
  async function goRound(): Promise<number> {
    try {
      if (rest && performance.now() < rest.until && allPlaced()) {
        if (end ? await goOn(end) : runs.glance(rest.run) === rest.glance) return pollMs;
      }
      letGo();
      const known = rest?.run;
      // Before the look: what comes while it is taken makes another round.
      const glance = known === undefined ? "" : runs.glance(known);
      const look = await runs.look();
      const newest = look.runs.at(-1) ?? 0;
      for (const follower of followers) {
        if (!follower.place) follower.place = await lastPlace(look);
        else if (!follower.aligned) follower.place = await align(look, follower.place);
        follower.aligned = true;
      }
      let full = false;
      const before = new Map(searched);
      searched.clear();
      for (const { place, skipBeyond, group } of groups()) {
        const step = await stepFrom(look, place, skipBeyond, before.get(nameOf(place)));
        full ||= step.full;
        tell(group, step);
      }
      // A run seen for the first time has not been glanced at: an empty glance is like no other.
      const last = newest === 0 ? undefined : await look.at(newest);
      const alive = last !== undefined && (last.lives || (last.size > 0 && !last.done));
      const until = performance.now() + (alive ? WHOLE_MS.alive : WHOLE_MS.over);
      rest = { run: newest, glance: newest === known && !full ? glance : "", until };
      if (last && !full && followers.size > 0) end = runs.openEnd(last);
      return full ? 0 : pollMs;
    } catch (error) {
      // What a follower throws, or a disk that refuses: neither may end the others' stream.
      say(`following a log failed: ${error instanceof Error ? error.stack : String(error)}`);
      return AGAIN_MS;
    }
  }

  /** Those who are placed, by where they stand. */
  function groups() {
    const found = new Map<string, { place: LogCursor; skipBeyond: number; group: Follower[] }>();
    for (const follower of followers) {
      const { place, aligned, skipBeyond } = follower;
      if (!place || !aligned) continue;
      const key = `${nameOf(place)}/${skipBeyond}`;
      const known = found.get(key);
      if (known) known.group.push(follower);
      else found.set(key, { place, skipBeyond, group: [follower] });
    }
    return found.values();
  }

  function tell(group: readonly Follower[], step: Step) {
    const lines = clean(step.lines);
    searched.set(nameOf(step.end), step.searched);
    for (const follower of group) {
      if (!followers.has(follower)) continue;
      follower.place = step.end;
      if (lines.length > 0) follower.listener(lines, step.missed);
    }
  }

  /** Tells what came at the end of a log that grows. False, and nothing told, when it takes a look at the whole. */
  async function goOn(end: End): Promise<boolean> {
    const { run, file, live } = end.seen;
    const now = end.glance();
    if (!now) return false;
    const steps: { place: LogCursor; group: Follower[]; step: Step }[] = [];
    for (const { place, skipBeyond, group } of groups()) {
      if (place.run !== run || place.offset < live.from || now.size - place.offset > skipBeyond) return false;
      const known = searched.get(nameOf(place)) ?? place.offset;
      if (known >= now.size) continue;
      const stretch = { from: place.offset, to: now.size, searched: known, final: false };
      const read = await readLines(end, { ...stretch, maxLines: PAGE, maxBytes: PAGE_BYTES });
      if (read.lines.length >= PAGE || read.next - place.offset >= PAGE_BYTES) return false;
      if (read.lines.length > 0) await times.jot(file, now.size, now.mtime);
      const timeOf = await times.of(file, place.offset, read.next);
      const lines = read.lines.map((line) => logLine(run, line, timeOf(line.offset)));
      const step = { lines, missed: 0, end: { run, offset: read.next }, searched: read.searched, full: false };
      steps.push({ place, group, step });
    }
    // After all was read: a cut meanwhile would have put other bytes there.
    if (!end.holds()) return false;
    for (const { place } of steps) searched.delete(nameOf(place));
    for (const { group, step } of steps) tell(group, step);
    return true;
  }

  async function stepFrom(look: Look, after: LogCursor, skipBeyond: number, known: number | undefined): Promise<Step> {
    if (Number.isFinite(skipBeyond) && (await bytesAfter(look, after)) > skipBeyond) {
      const end = await lastPlace(look);
      const { lines, start } = await readBackward(look, times, { before: end, limit: NEWEST });
      const from = start ?? { run: 0, offset: 0 };
      // One line may be longer than the bound: then there is nothing to leave out.
      if (isBefore(after, from)) {
        return { lines, missed: await linesBetween(look, after, from), end, searched: end.offset, full: false };
      }
    }
    return { ...(await readForward(look, times, { after, limit: PAGE, searched: known })), missed: 0 };
  }

  return {
    follow(after, listener, skipBeyond = Number.POSITIVE_INFINITY) {
      const follower: Follower = { place: after, aligned: false, listener, skipBeyond };
      followers.add(follower);
      wake(0);
      return () => {
        followers.delete(follower);
        if (followers.size > 0) return;
        clearTimeout(timer);
        if (!round) letGo();
      };
    },
    async close() {
      followers.clear();
      clearTimeout(timer);
      await round;
      letGo();
    },
  };
}

const nameOf = (place: LogCursor) => `${place.run}.${place.offset}`;
const isBefore = (a: LogCursor, b: LogCursor) => a.run < b.run || (a.run === b.run && a.offset < b.offset);
