import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bareEnv } from "../bare-env";
import { Refusal } from "../refusal";
import { type Account, give } from "./account";
import type { Binaries } from "./binaries";

/**
 * Makes the data folder once: `initdb` works in a folder beside it that is renamed when whole, so that a half-made one is
 * never taken for a database. Does nothing when there is one already.
 */
export async function makeCluster(options: {
  folder: string;
  binaries: Binaries;
  account: Account;
  password: string;
}): Promise<string> {
  const data = join(options.folder, "data");
  if (existsSync(join(data, "PG_VERSION"))) {
    await sameVersion(data, options);
    return data;
  }
  for (const name of await readdir(options.folder))
    if (name.startsWith("new-")) await rm(join(options.folder, name), { recursive: true, force: true });
  const fresh = await mkdtemp(join(options.folder, "new-"));
  try {
    const passwordFile = join(fresh, "password");
    const made = join(fresh, "data");
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    await mkdir(made);
    await chmod(made, 0o700);
    if (options.account.owner) await give(fresh, options.account);
    await initdb(options, made, passwordFile);
    await rm(data, { recursive: true, force: true });
    await rename(made, data);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return data;
}

async function initdb(
  { account, binaries }: { account: Account; binaries: Binaries },
  data: string,
  passwordFile: string,
) {
  const { file, args, uid, gid } = account.command(binaries.initdb, [
    `--pgdata=${data}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
    // Postgres's own: sorting that no update of the system's locales can change.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-sync",
  ]);
  const child = spawn(file, args, {
    uid,
    gid,
    cwd: "/",
    env: bareEnv({ PATH: "/usr/bin:/bin", LC_ALL: "C" }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-4_000);
  });
  const code = await new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  if (code === 0) return;
  const detail = said.split("\n").find((line) => /error|fatal/i.test(line)) ?? said.trim().split("\n").at(-1) ?? "";
  throw new Refusal("postgres_failed", { detail: `initdb ended with ${code}: ${detail.trim()}`, log: "none yet" });
}

async function sameVersion(
  data: string,
  { folder, binaries, account }: { folder: string; binaries: Binaries; account: Account },
) {
  const found = (await readFile(join(data, "PG_VERSION"), "utf8")).trim();
  const { file, args, uid, gid } = account.command(binaries.postgres, ["--version"]);
  const child = spawn(file, args, { uid, gid, cwd: "/", stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  const brought = /(\d+)\./.exec(said)?.[1] ?? "?";
  if (brought !== found) throw new Refusal("postgres_version", { folder, found, brought });
}
