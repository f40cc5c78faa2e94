import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Login } from "./env";

/** Keeps who this program is signed in as, for the owner of this login only. */
export function keepLogin(file: string, login: Login): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(login)}\n`, { mode: 0o600, flag: "wx" });
}

/** Forgets it. */
export const forgetLogin = (file: string): void => rmSync(file, { force: true });
