import type { Name } from "../contestants";
import type { Size } from "../plan";

/** What a row is to reach: at most a share of a peer's median, or at most a number. */
export type Goal = { of?: Name; atMost: number };

export type Row = {
  key: string;
  label: string;
  unit: string;
  digits: number;
  goals: readonly Goal[];
  /** Shown in the README. */
  brief?: boolean;
};

const of = (peer: Name, atMost: number): Goal => ({ of: peer, atMost });
const atMost = (bound: number): Goal => ({ atMost: bound });

/** Every row of the results, in order, with the goal it is held to. Smaller is better in all that have a goal. */
export function rowsOf({ restart, many, small, floodLines, runawaySeconds }: Size): Row[] {
  const counts = [...new Set([...small, restart, many])];
  const row = (key: string, label: string, unit: string, digits: number, ...goals: Goal[]): Row => ({
    key,
    label,
    unit,
    digits,
    goals,
  });
  const brief = (one: Row): Row => ({ ...one, brief: true });
  return [
    brief(row("flow cpu", "50 bots × 100 lines/s: CPU", "% of a core", 1, of("pm2", 1 / 20))),
    row("watched cpu", "… while people look on (Botyard: 20 viewers, PM2: one listener)", "% of a core", 1),
    brief(row("seen p50", "line written → seen, p50", "ms", 1, atMost(100))),
    row("seen p99", "line written → seen, p99", "ms", 1, atMost(300)),
    brief(row("flood cpu", "flood: CPU per million lines", "s", 3, of("pm2", 1 / 50))),
    row("flood lost", `flood: lines lost of ${thousands(floodLines)}`, "lines", 0, atMost(0)),
    brief(row("runaway disk", `disk under a runaway writer, ${runawaySeconds} s, at the worst`, "MB", 0)),
    row("runaway above", "… above the bot's log quota of 64 MB", "MB", 0, atMost(64)),
    row("runaway written", "… that it wrote meanwhile", "MB", 0),
    brief(row(`start ${many}`, `start ${many}`, "ms", 0, of("pm2", 1 / 4), of("tuned", 1 / 5), of("s6", 1.5))),
    brief(row(`restart ${restart}`, `restart all of ${restart}`, "ms", 0, of("pm2", 1 / 15), of("tuned", 1 / 5))),
    brief(row(`stop ${many}`, `stop ${many}`, "ms", 0, of("pm2", 1 / 50), of("tuned", 1 / 5))),
    brief(row("crash", "first crash → running again, no pause asked", "ms", 1, atMost(10))),
    row("crash adopted", "… of a bot that was adopted from a killed worker", "ms", 1, atMost(10)),
    brief(row("killed alive", "supervisor killed -9 under 50 writing bots: bots still alive", "of 50", 0)),
    row("killed copies", "… second copies once it is back", "bots", 0, atMost(0)),
    brief(row("killed lost", "… lines lost", "lines", 0, atMost(0))),
    row("killed doubled", "… lines doubled", "lines", 0, atMost(0)),
    row("killed written", "… of lines written", "lines", 0),
    row("killed back", "… until it looks after all 50 again", "ms", 0),
    row(`adopt ${many}`, `killed -9 with ${many} bots: until all are adopted`, "ms", 0, atMost(1_000)),
    row(`adopt copies ${many}`, "… second copies", "bots", 0, atMost(0)),
    brief(row(`idle cpu ${many}`, `idle with ${many} bots: CPU`, "% of a core", 2, atMost(2))),
    brief(row(`memory beside ${many}`, "… unique memory beside each bot", "MB", 2, atMost(0.3))),
    row(`memory root ${many}`, "… unique memory of the supervisor itself", "MB", 1),
    brief(row("node memory", "unique memory of a Node bot that does nothing", "MB", 1)),
    ...counts.map((count) => row(`cost start ${count}`, `${count} ${bots(count)}: start`, "ms", 0)),
    ...counts.map((count) => row(`cost cpu ${count}`, `${count} ${bots(count)}: CPU while idle`, "% of a core", 2)),
    ...counts.map((count) =>
      row(`memory all ${count}`, `${count} ${bots(count)}: unique memory of all of it`, "MB", 1),
    ),
  ];
}

/** A row of the cost over the number of bots shows figures that another row has. */
export const sourceOf = (key: string): string =>
  key.replace(/^cost start /, "start ").replace(/^cost cpu /, "idle cpu ");

const bots = (count: number) => (count === 1 ? "bot" : "bots");
export const thousands = (n: number): string => n.toLocaleString("en-US");
