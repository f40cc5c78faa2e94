import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";

export type Env = Readonly<Record<string, string | undefined>>;

/** The panels that this login is signed in to; the first is asked where none is named. */
const logins = z.object({ panels: z.array(z.object({ url: z.string(), token: z.string() })) });
type Logins = z.infer<typeof logins>;

/** Where they are kept, as the XDG base directory specification has it. */
const loginFile = (env: Env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "botyard", "login.json");

export function readLogins(env: Env = process.env): Logins {
  try {
    return logins.parse(JSON.parse(readFileSync(loginFile(env), "utf8")));
  } catch {
    return { panels: [] };
  }
}

/** Keeps them, for the owner of this login only; whoever reads meanwhile reads the old ones or the new. */
export function keepLogins(kept: Logins, env: Env = process.env): void {
  const file = loginFile(env);
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
