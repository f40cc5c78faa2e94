import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { homePaths } from "#contracts/home";
import { KEY_BYTES, keyBytes } from "#contracts/secret";
import { env } from "./env";

type KeyName = "sealKey" | "ticketKey" | "sessionKey" | "cliKey";

const kept = new Map<KeyName, Buffer>();

/**
 * The bytes of one of the panel's keys, read once. The launcher makes the files; where there is none yet (development,
 * tests) it is made here. There is no default secret, so none can be known.
 */
export function secret(name: KeyName): Buffer {
  const known = kept.get(name);
  if (known) return known;
  const bytes = Buffer.from(keyBytes(readOrMake(homePaths(env().home)[name])));
  kept.set(name, bytes);
  return bytes;
}

function readOrMake(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link never replaces: of two programs that make the same key at once, both use the first one's.
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, "utf8");
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
const isMissing = (error: unknown): boolean => isCode(error, "ENOENT");
