import { z } from "zod";

/* What PM2 knows of a program, in either of its spellings: an ecosystem file (script, cwd) or its own dump (pm_exec_path, pm_cwd). */

const words = z.union([z.string(), z.array(z.union([z.string(), z.number()]).transform(String))]);
/** PM2 takes 3000 and "3000" alike. */
const number = z.coerce.number().nonnegative();
const value = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((one) => (one === null ? "" : String(one)));

/** One program of PM2. Keys that mean nothing here are kept by name only, so that they can be said. */
export const pm2App = z
  .looseObject({
    name: z.coerce.string().optional(),
    script: z.string().optional(),
    pm_exec_path: z.string().optional(),
    cwd: z.string().optional(),
    pm_cwd: z.string().optional(),
    args: words.optional(),
    node_args: words.optional(),
    interpreter_args: words.optional(),
    interpreter: z.string().optional(),
    exec_interpreter: z.string().optional(),
    exec_mode: z.string().optional(),
    instances: z.union([z.number(), z.string()]).optional(),
    env: z.record(z.string(), z.unknown()).optional(),
    autorestart: z.boolean().optional(),
    autostart: z.boolean().optional(),
    max_memory_restart: z.union([z.number(), z.string()]).optional(),
    kill_timeout: number.optional(),
    restart_delay: number.optional(),
    exp_backoff_restart_delay: number.optional(),
    max_restarts: number.optional(),
    stop_exit_codes: z.union([z.number(), z.array(z.number())]).optional(),
    source_map_support: z.boolean().optional(),
    pm_id: z.number().optional(),
    status: z.string().optional(),
  })
  .transform((app) => ({
    ...app,
    script: app.pm_exec_path ?? app.script,
    cwd: app.pm_cwd ?? app.cwd,
    interpreter: app.exec_interpreter ?? app.interpreter,
    nodeArgs: app.node_args ?? app.interpreter_args,
    /** Values that are texts, numbers or switches; an object in an environment is PM2's own. */
    env: Object.fromEntries(
      Object.entries(app.env ?? {}).flatMap(([key, raw]) => {
        const read = value.safeParse(raw);
        return read.success ? [[key, read.data]] : [];
      }),
    ),
  }));
export type Pm2App = z.output<typeof pm2App>;

/** Splits a command line as a person means it: by spaces, with quotes around what holds some. Nothing is interpreted. */
export function splitWords(line: z.output<typeof words> | undefined): string[] {
  if (line === undefined) return [];
  if (Array.isArray(line)) return line;
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/** Bytes of "300M", "1G", "512K" or a plain number, as PM2 reads them; undefined for anything else. */
export function bytesOf(size: number | string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(String(size).trim());
  if (!match) return undefined;
  const unit = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2]?.toUpperCase() ?? ""];
  return unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}
