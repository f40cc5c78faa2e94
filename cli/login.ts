import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** The panels that this login is signed in to; the first is asked where none is named. */
const logins = z.object({ panels: z.array(z.object({ url: z.string(), token: z.string() })) });
type Logins = z.infer<typeof logins>;

/** None where they cannot be read. */
export function readLogins(file: string): Logins {
  try {
    return logins.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return { panels: [] };
  }
}

/** Keeps them, for the owner of this login only; whoever reads meanwhile reads the old ones or the new. */
export function keepLogins(file: string, kept: Logins): void {
  if (kept.panels.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  rmSync(next, { force: true });
  writeFileSync(next, `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(next, file);
}
