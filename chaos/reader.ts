import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BotId, BotRun } from "#contracts/bot";
import type { Api } from "./api";
import { Reading } from "./reading";
import { type Life, readRecord } from "./records";

/** Reads on from where the reading stands, to the end of what there is now; the number of lines it took. */
export async function readOn(api: Api, id: BotId, reading: Reading): Promise<number> {
  const before = reading.lines;
  for (;;) {
    const { lines } = await api.read(id, reading.place);
    if (lines.length === 0) return reading.lines - before;
    reading.take(lines);
  }
}

/** The whole log from its beginning. */
export async function readAll(api: Api, id: BotId): Promise<Reading> {
  const reading = new Reading();
  await readOn(api, id, reading);
  return reading;
}

/** The runs of a bot as they were told over time: the API tells the newest 200 only. */
export class History {
  readonly runs = new Map<number, BotRun>();
  readonly changed: string[] = [];

  take(runs: readonly BotRun[]): void {
    for (const run of runs) {
      const known = this.runs.get(run.run);
      const said = ({ endedAt, exit }: BotRun) => JSON.stringify([endedAt, exit?.code, exit?.signal]);
      if (known?.exit && said(known) !== said(run))
        this.changed.push(`run ${run.run} had ended with ${said(known)}, and now with ${said(run)}`);
      this.runs.set(run.run, run);
    }
  }
}

/** What the bots of one folder wrote down themselves. */
export const livesIn = (records: string): Life[] =>
  readdirSync(records).flatMap((name) => {
    const life = readRecord(readFileSync(join(records, name), "utf8"));
    return life && life.botId !== "" ? [life] : [];
  });
