import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const file = z.object({ id: z.string().regex(/^[a-z0-9]{16}$/) });

/** Who this machine is to the panel: an id, made once and kept on disk. A file that cannot be read is an error, not a new machine. */
export function readNodeId(path: string): string {
  try {
    return file.parse(JSON.parse(readFileSync(path, "utf8"))).id;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const id = randomBytes(8).toString("hex");
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${JSON.stringify({ id })}\n`, { mode: 0o600, flag: "wx" });
  return id;
}
