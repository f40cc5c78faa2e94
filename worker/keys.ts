import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { KEY_BYTES, keyBytes } from "#contracts/secret";

/**
 * The bytes of a key file under secrets/. The launcher makes it; where there is none yet (development, tests) it is
 * made here, in one step, so that web and worker never end up with two.
 */
export const readKey = (file: string): Buffer =>
  Buffer.from(keyBytes(readOrMake(file, () => `${randomBytes(KEY_BYTES).toString("hex")}\n`)));

/** The text of a file that only we may read, made in one step where there is none. */
export function readOrMake(file: string, make: () => string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, make(), { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, "utf8");
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
