import type { LogLine } from "#contracts/log";
import { begins, isBeginning, isEnding, understand } from "./line";
import type { Life } from "./records";

/*
 * What Botyard has of one bot, read line by line and kept as counts: of each stream the numbers that came, and whatever is not
 * as a bot would have written it.
 */

/** Something about a log that is not as it must be. */
export type Oddity = { run: number; offset: number; what: string };

type Stream = {
  run: number;
  /** The number that is to come next. */
  next: number;
  /** Numbers that were passed over. */
  missing: Set<number>;
  doubled: number[];
};

/** A stretch of a run's log that is no longer kept, and of which a mark says so. */
export type Gap = { run: number; from: number; to: number; why: "bounds" | "outrun" | "damaged" };

/** One reading of a bot's log from a place on. */
export class Reading {
  readonly streams = new Map<string, Stream>();
  readonly gaps: Gap[] = [];
  readonly oddities: Oddity[] = [];
  /** Beginnings of lines that nobody finished; whether that is right, their writers' records say. */
  readonly unfinished: { run: number; offset: number; text: string }[] = [];
  lines = 0;
  /** Where to read on. */
  place = { run: 0, offset: 0 };
  firstRun: number | undefined;

  take(lines: readonly LogLine[]): void {
    for (const line of lines) this.#takeOne(line);
  }

  #takeOne(line: LogLine): void {
    const { run, offset, next } = line;
    this.firstRun ??= run;
    const odd = (what: string) => void this.oddities.push({ run, offset, what });
    const isNew = run > this.place.run || (run === this.place.run && next > this.place.offset);
    const isStart = line.mark?.kind === "started";
    if (!isNew && !(isStart && run === this.place.run))
      odd(`comes again, after ${this.place.run}.${this.place.offset}`);
    if (line.stream === "out" || line.mark?.kind === "gap") {
      const due = run === this.place.run ? this.place.offset : 0;
      if (offset !== due) odd(`${offset - due} bytes before it were not told (${due} to ${offset})`);
    }
    this.place = { run, offset: Math.max(next, run === this.place.run ? this.place.offset : 0) };
    if (line.mark?.kind === "gap") this.gaps.push({ run, from: offset, to: next, why: line.mark.why });
    if (line.stream !== "out") return;
    this.lines += 1;
    const told = understand({ text: line.text, bytes: next - offset, cut: line.cut === true });
    if (told) {
      if (told.before !== "") this.unfinished.push({ run, offset, text: told.before });
      this.#count(told.stream, told.number, run);
    } else if (isBeginning(line.text)) this.unfinished.push({ run, offset, text: line.text });
    // A line without its newline at the end of a run, whole but for that.
    else {
      const whole = understand({ text: line.text, bytes: next - offset + 1, cut: line.cut === true });
      if (whole) this.#count(whole.stream, whole.number, run);
      else if (isEnding(line.text)) this.unfinished.push({ run, offset, text: line.text });
      else odd(`nobody wrote this: ${JSON.stringify(line.text.slice(0, 200))}`);
    }
  }

  #count(name: string, number: number, run: number): void {
    const stream = this.streams.get(name) ?? { run, next: 1, missing: new Set(), doubled: [] };
    this.streams.set(name, stream);
    if (stream.run !== run) this.oddities.push({ run, offset: 0, what: `${name} spoke in run ${stream.run} before` });
    if (number >= stream.next) {
      for (let n = stream.next; n < number; n++) stream.missing.add(n);
      stream.next = number + 1;
    } else if (!stream.missing.delete(number)) stream.doubled.push(number);
  }
}

/** What is wrong between what a bot wrote and what was read of it. Lines in runs before `from` are no longer kept. */
export type Judged = {
  due: number;
  lost: { stream: string; run: number; numbers: number[] }[];
  doubled: { stream: string; run: number; numbers: number[] }[];
  /** Lines that fell into a gap which a mark told of. */
  inGaps: number;
  /** Lines that a full disk tore, with somebody else's between their parts. */
  torn: number;
  odd: Oddity[];
};

/** Compares a reading with the records of the same bot. */
export function judge(reading: Reading, lives: readonly Life[], from = 0): Judged {
  const judged: Judged = { due: 0, lost: [], doubled: [], inGaps: 0, torn: 0, odd: [...reading.oddities] };
  const known = new Map(lives.map((life) => [life.stream, life]));
  for (const life of lives) {
    if (life.run < from) continue;
    judged.due += life.due;
    const stream = reading.streams.get(life.stream);
    const lost: number[] = [];
    const shared = lives.some((other) => other.run === life.run && other.stream !== life.stream);
    const lose = (number: number) => {
      if (shared && life.torn.has(number)) judged.torn += 1;
      else lost.push(number);
    };
    for (const number of stream?.missing ?? []) if (number <= life.due) lose(number);
    for (let number = stream?.next ?? 1; number <= life.due; number++) lose(number);
    const { stream: name, run } = life;
    // Which numbers a gap took nobody can say: as far as there are gaps in the run, what is missing is theirs.
    if (lost.length > 0 && reading.gaps.some((gap) => gap.run === run && gap.why !== "damaged"))
      judged.inGaps += lost.length;
    else if (lost.length > 0) judged.lost.push({ stream: name, run, numbers: lost });
    if (stream && stream.doubled.length > 0) judged.doubled.push({ stream: name, run, numbers: stream.doubled });
    if (stream && stream.next - 1 > life.begun)
      judged.odd.push({ run, offset: 0, what: `${name} has line ${stream.next - 1}, and it began ${life.begun}` });
    if (stream && stream.run !== run)
      judged.odd.push({
        run: stream.run,
        offset: 0,
        what: `${name} is of run ${run}, and stands in run ${stream.run}`,
      });
  }
  for (const [name, { run }] of reading.streams)
    if (!known.has(name)) judged.odd.push({ run, offset: 0, what: `${name} has no record of its own` });
  const torn = new Set(lives.flatMap((life) => (life.torn.size > 0 ? [life.run] : [])));
  for (const { run, offset, text } of reading.unfinished) {
    const who = begins(text);
    const life = who ? known.get(who.stream) : undefined;
    const part = `only a part of a line that was out: ${JSON.stringify(text.slice(0, 120))}`;
    // Its beginning: begun and never said to be out, or torn. Its middle or end: only of a torn one.
    const right = who
      ? life && (who.number > life.due || life.torn.has(who.number))
      : text.startsWith("@") || torn.has(run);
    if (!right) judged.odd.push({ run, offset, what: part });
  }
  return judged;
}
