import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { bareEnv } from "../bare-env";
import { firstProgram, systemDirs } from "../runtimes/programs";
import { type Dropper, droppers, type Tools, type WayName, ways, wrapOf } from "./ways";

/** What was found out by trying: the best way that works, and why a better one does not. */
export type Probed =
  | { way: "none"; missing: "bubblewrap" | "namespaces"; detail: string }
  | { way: WayName; tools: Tools; first: number; rootFolders: boolean; detail: string };

/** What a child must find true in there: its number, its place, its own folder, and that the neighbour's file is not to be seen. */
const TRY = `
[ "$(id -u)" = "$1" ] || { echo "runs as $(id -u)" >&2; exit 1; }
[ "$2" = any ] || [ "$$" = 1 ] || { echo "is process $$" >&2; exit 1; }
[ -r /proc/self/stat ] || { echo "has no /proc" >&2; exit 1; }
[ "$PWD" = "$3" ] && : >"$3/written" || { echo "cannot write its own folder" >&2; exit 1; }
[ ! -e "$4" ] || { echo "sees another's file" >&2; exit 1; }
`;

const TRY_MS = 10_000;

/** Tries each way with a tiny child. `dir`: a folder of ours to do it in, made and removed. */
export async function probe(options: {
  dir: string;
  hidden: string;
  system: readonly string[];
  firstUsers: readonly number[];
  among?: readonly string[];
}): Promise<Probed> {
  const { dir, hidden, system, firstUsers } = options;
  const find = (name: string) =>
    firstProgram((options.among ?? [...systemDirs, "/usr/sbin", "/sbin"]).map((folder) => `${folder}/${name}`));
  const found = await find("bwrap");
  if (!found) return { way: "none", missing: "bubblewrap", detail: "" };
  const bwrap: string = found;
  let detail = "";

  /** Whether a way works; `detail` keeps what the first that did not has said. */
  async function works(way: WayName, dropper: Dropper, number: number): Promise<boolean> {
    const own = `${dir}/own`;
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const passwd = `${dir}/passwd`;
    for (const path of [`${dir}/neighbour`, passwd]) writeFileSync(path, "");
    chmodSync(dir, 0o700);
    try {
      if (ways[way].level === "user") chownSync(own, number, number);
      const argv = wrapOf(
        { bwrap, dropper },
        { way, number, system, own: { writes: [own], reads: [], passwd }, hidden },
      );
      const place = ways[way].ownProcesses ? "first" : "any";
      const failure = await run(
        [...argv, "/bin/sh", "-c", TRY, "probe", String(number), place, own, `${dir}/neighbour`],
        own,
      );
      if (failure === undefined && existsSync(`${own}/written`)) return true;
      detail ||= failure ?? "its folder is another's";
    } catch (error) {
      // A number that does not exist here, as in a container of few users.
      detail ||= error instanceof Error ? error.message : String(error);
    }
    return false;
  }

  try {
    const uid = process.getuid?.() ?? 0;
    const none: Dropper = { program: "", capabilities: [], args: () => [] };
    if (uid === 0) {
      for (const way of ["user", "shared"] as const) {
        for (const dropper of droppers) {
          const program = await find(dropper.program);
          if (!program) continue;
          const here = { ...dropper, program };
          for (const first of firstUsers) {
            if (!(await works(way, here, first))) continue;
            const rootFolders = way === "user" && (await works("root", none, 0));
            return { way, tools: { bwrap, dropper: here }, first, rootFolders, detail };
          }
        }
      }
    }
    if (await works("sandbox", none, uid))
      return { way: "sandbox", tools: { bwrap, dropper: none }, first: uid, rootFolders: true, detail };
    return { way: "none", missing: "namespaces", detail };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Undefined when it ended well, else what it said last. */
function run([program = "", ...args]: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const options = { cwd, env: bareEnv({ PATH: systemDirs.join(":") }), timeout: TRY_MS };
    execFile(program, args, options, (error, _, said) => {
      const last = said.trim().split("\n").at(-1)?.slice(0, 200);
      settle(error ? last || error.message.slice(0, 200) : undefined);
    });
  });
}
