import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/** Reads .env into the environment; what is set already wins. */
export function loadSettings() {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}
