import { parseArgs } from "node:util";
import { z } from "zod";

const number = z.coerce.number();

const schema = z.object({
  minutes: number
    .positive()
    .max(24 * 60)
    .default(3),
  seed: number.int().nonnegative().default(1),
  /** Processes of the panel to kill; the default is one every four seconds. */
  kills: number.int().positive().optional(),
  out: z.string().optional(),
  /** Take the web's build as it is, whatever the sources say. */
  "as-built": z.boolean().default(false),
  /** Size of the disk that is filled, MB; 0: none is. */
  disk: number.int().nonnegative().default(1_536),
  /** Keep the folder of the run although all went well. */
  keep: z.boolean().default(false),
});

export type Options = { minutes: number; seed: number; kills: number; out?: string; diskMb: number; keep: boolean };

/** What was asked for on the command line; throws one sentence when that makes no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string" },
      seed: { type: "string" },
      kills: { type: "string" },
      out: { type: "string" },
      disk: { type: "string" },
      "as-built": { type: "boolean" },
      keep: { type: "boolean" },
    },
  });
  const read = schema.safeParse(values);
  if (!read.success) throw new Error(`--${read.error.issues[0]?.path.join(".")}: ${read.error.issues[0]?.message}`);
  const { minutes, seed, kills, out, disk, keep } = read.data;
  return { minutes, seed, kills: kills ?? Math.max(1, Math.round(minutes * 15)), out, diskMb: disk, keep };
}
