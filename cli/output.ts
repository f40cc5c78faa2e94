import type { BotView } from "#contracts/api/bots";
import { reasonOf } from "#contracts/process";
import { sayReason } from "#contracts/reason";

/** How results leave the program: for people, or one JSON document for programs. */
export type Output = {
  json: boolean;
  /** Prints a result: `value` with --json, else the lines made from it. */
  result<T>(value: T, lines: (value: T) => readonly string[]): void;
};

// Names, log lines and reasons are other people's text: nothing in them may steer the terminal.
const steering = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Text with everything removed that a terminal would obey; tabs stay. */
export const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "").replace(steering, "\ufffd");

export function openOutput(json: boolean, write = (text: string) => void process.stdout.write(text)): Output {
  return {
    json,
    result(value, lines) {
      if (json) write(`${JSON.stringify(value, null, 2)}\n`);
      else for (const line of lines(value)) write(`${line}\n`);
    },
  };
}

/** Columns padded to their widest cell, headings first. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** 90 → "1m 30s": the two largest units. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), "d"],
    [Math.floor(s / 3_600) % 24, "h"],
    [Math.floor(s / 60) % 60, "m"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  return first < 0
    ? "0s"
    : parts
        .slice(first, first + 2)
        .map(([n, unit]) => `${n}${unit}`)
        .join(" ");
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;

/** The stable fields of one bot under --json; people's view is made of the same. */
export function summarize(bot: BotView) {
  const status = bot.live?.status;
  const sample = bot.live?.samples.at(-1);
  const alive = status?.state === "running" || status?.state === "starting";
  return {
    id: bot.id,
    name: bot.name,
    runtime: bot.runtime,
    entry: bot.entry,
    source: bot.source,
    owner: bot.owner.name,
    state: status?.state ?? "unknown",
    pid: alive ? status.pid : null,
    run: alive ? status.run : null,
    since: status && "since" in status ? status.since : null,
    desired: bot.live?.desired ?? null,
    restarts: bot.live?.restarts ?? null,
    cpu: sample?.cpu ?? null,
    memory: sample?.memory ?? null,
    why: whyOf(bot),
    hasToken: bot.hasToken,
    createdAt: bot.createdAt,
  };
}

function whyOf(bot: BotView): string | null {
  const why = bot.live && reasonOf(bot.live.status);
  return why ? sayReason(why) : null;
}
