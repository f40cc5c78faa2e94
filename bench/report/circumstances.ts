import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { path } from "../env";
import type { Circumstances } from "./markdown";

const run = promisify(execFile);
const versioned = z.object({ version: z.string() });
const versionIn = (file: string) =>
  versioned.parse(JSON.parse(readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8"))).version;

/** The machine, the versions of everything, and how it was run. */
export async function circumstances(folder: string, command: string, load: number): Promise<Circumstances> {
  const said = async (program: string, ...args: string[]) =>
    (await run(program, args, { env: { PATH: path(), NODE_ENV: "production" } }).catch(() => undefined))?.stdout.trim();
  const packaged = async (name: string) => {
    const version = (await said("dpkg-query", "-W", name))?.split("\t")[1];
    return version ? [`${name} ${version} (Debian package)`] : [];
  };
  const commit = await said(
    "git",
    "-C",
    fileURLToPath(new URL("../..", import.meta.url)),
    "rev-parse",
    "--short",
    "HEAD",
  );
  const packages = await Promise.all(["supervisor", "runit", "s6", "bubblewrap"].map(packaged));
  return [
    ["Date", new Date().toISOString().slice(0, 16).replace("T", " ")],
    ["Command", `\`${command}\``],
    [
      "Machine",
      `${coresInWords()} (${cpus()[0]?.model.trim() ?? "?"}), ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, ` +
        `${(await said("findmnt", "-n", "-o", "FSTYPE", "-T", folder)) ?? "?"}, load before the run ${load.toFixed(2)}`,
    ],
    [
      "Versions",
      [
        `Botyard ${versionIn("package.json")}${commit ? ` (${commit})` : ""}`,
        `Node ${process.versions.node}`,
        `PM2 ${versionIn("node_modules/pm2/package.json")} (npm)`,
        ...packages.flat(),
      ].join(", "),
    ],
  ];
}

/** What else uses the machine as the run begins. */
export const loadNow = (): number => loadavg()[0] ?? 0;

/** A run may be held to some of the cores (taskset), which everything it starts then shares. */
function coresInWords(): string {
  const [may, all] = [availableParallelism(), cpus().length];
  return may < all ? `${may} of ${all} cores` : `${all} cores`;
}
