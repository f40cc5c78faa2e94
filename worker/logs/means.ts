import { spawn } from "node:child_process";
import { mkdtemp, open, rm, stat, statfs } from "node:fs/promises";
import { bareEnv } from "../bare-env";
import type { Cut } from "./standing";

/** How the head of a file that is being written can be freed, see Cut. */
export type Means = Cut["method"];

/** Cuts are made at multiples of this: blocks of a disk are no larger. */
export const BLOCK = 64 * 1024;

const probed = new Map<number, Promise<Means>>();

/** What the file system of a folder can do, the best of it: tried once for each, on a file of no worth. */
export async function meansOf(dir: string): Promise<Means> {
  const { dev } = await stat(dir);
  const known = probed.get(dev) ?? probe(dir);
  probed.set(dev, known);
  known.catch(() => probed.delete(dev));
  return known;
}

async function probe(dir: string): Promise<Means> {
  const scratch = await mkdtemp(`${dir}/probe-`);
  const path = `${scratch}/file`;
  try {
    const file = await open(path, "w", 0o600);
    await file.write(Buffer.alloc(3 * BLOCK, 1));
    await file.close();
    if ((await statfs(dir)).bsize > BLOCK) return "stop";
    if (await works(free("collapse", path, { from: 0, to: BLOCK }))) {
      if ((await stat(path)).size === 2 * BLOCK) return "collapse";
    }
    return (await works(free("punch", path, { from: 0, to: BLOCK }))) ? "punch" : "stop";
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const works = (trying: Promise<unknown>) =>
  trying.then(
    () => true,
    () => false,
  );

type Range = { from: number; to: number };

/** Frees a part of a file by util-linux' fallocate; whoever writes to it is not held up. */
export function free(method: "collapse" | "punch", path: string, { from, to }: Range): Promise<void> {
  const how = method === "collapse" ? "--collapse-range" : "--punch-hole";
  return run("fallocate", how, "--offset", String(from), "--length", String(to - from), path);
}

/** Lets those in $stopped go on, also when this is told to end. */
const LET_GO_ON = `
letGoOn() { for pid in $stopped; do kill -s CONT "$pid" 2>/dev/null; done; }
stopped=
trap 'letGoOn; exit 4' INT TERM HUP
`;

/**
 * Stops those whose output $1 is, says so, and lets them go on at the end of its input: when it is told, or when the worker dies; or
 * when it is told to end, because it takes too long. It starts nothing to find them, since the file grows meanwhile; whom it does not
 * find writes on, and nothing is lost by that. Nobody is stopped before all are found: to ask after somebody's file may take for ever.
 */
const HOLDING = `${LET_GO_ON}
for fd in /proc/[0-9]*/fd; do
  if [ "$fd/1" -ef "$1" ] || [ "$fd/2" -ef "$1" ]; then
    pid=\${fd#/proc/}
    pid=\${pid%/fd}
    stopped="$stopped $pid"
  fi
done
for pid in $stopped; do kill -s STOP "$pid" 2>/dev/null; done
echo held
read -r _
letGoOn
`;

/** What `timeout` ends with when time was up. */
const TIME_UP = 124;
/** Whoever holds and has not ended so long after its time hangs, ms. */
const HANGS_MS = 1_000;

/**
 * Has those who write to a file wait until the answer is called, but `ms` at the longest, whatever becomes of the worker: a file that
 * grows faster than it can be packed or cut. It settles with false when whoever held them is gone without having let them go on.
 */
export async function hold(path: string, ms: number): Promise<() => Promise<boolean>> {
  const child = start("timeout", [String(ms / 1_000), "/bin/sh", "-c", HOLDING, "botyard-hold", path]);
  child.stdin.on("error", () => {}); // It ended by itself.
  const gone = new Promise<boolean>((settle) => {
    const hangs = setTimeout(settle, ms + HANGS_MS, false);
    child.once("close", (code) => {
      clearTimeout(hangs);
      settle(code === 0 || code === TIME_UP);
    });
  });
  const held = new Promise<void>((settle) => child.stdout.once("data", () => settle()));
  await Promise.race([held, gone]);
  return async () => {
    child.stdin.end();
    return gone;
  };
}

/*
 * Empties a file that others write to, and keeps what its first K bytes are followed by:
 *
 *   stop whoever holds it open for writing, until nobody is left running ─▶ copy the rest, sync, rename ─▶ empty ─▶ let go on
 *
 * The file is opened once: when that name is gone nothing is done, and what the name means later does not matter.
 */
const STOPPING = `[ -f "$1" ] && exec 3<>"$1" || exit 3
${LET_GO_ON}
writers() {
  find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "$1" 2>/dev/null | while IFS=/ read -r _ _ pid _ fd; do
    [ "$pid" != "$$" ] && grep -qs '^flags:.*[1256]$' "/proc/$pid/fdinfo/$fd" && echo "$pid"
  done | sort -u
}
running() {
  for pid in $1; do
    case "$(cat "/proc/$pid/stat" 2>/dev/null)" in *") T "*|*") t "*|*") Z "*|*") X "*|"") ;; *) return 0 ;; esac
  done
  return 1
}
turns=0
while :; do
  now=$(exec 3>&-; writers "/proc/$$/fd/3")
  for pid in $now; do
    case " $stopped " in *" $pid "*) ;; *) stopped="$stopped $pid"; kill -s STOP "$pid" 2>/dev/null ;; esac
  done
  [ "$now" = "$before" ] && ! running "$now" && break
  before=$now
  turns=$((turns + 1))
  [ $turns -lt 200 ] || { letGoOn; exit 5; }
done
if tail -c "+$2" /proc/self/fd/3 >"$3.tmp" && sync "$3.tmp" && mv "$3.tmp" "$3"; then
  : >/proc/self/fd/3
  code=0
else
  code=6
fi
letGoOn
exit $code
`;

/** See STOPPING. `rest` is the file that gets what comes after the first `kept` bytes. */
export const emptyStopped = (path: string, kept: number, rest: string): Promise<void> =>
  run("/bin/sh", "-c", STOPPING, "botyard-cut", path, String(kept + 1), rest);

/** Runs a program to its end. */
function run(program: string, ...argv: readonly string[]): Promise<void> {
  return new Promise((settle, fail) => {
    const child = start(program, argv);
    child.stdin.end();
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-500);
    });
    child.once("error", fail);
    child.once("close", (code, signal) => {
      if (code === 0) settle();
      else fail(new Error(`cutting a log (${program}) ended with ${code ?? signal}: ${said.trim()}`));
    });
  });
}

/**
 * Starts a program in a session of its own: when the worker is killed it goes on to its end, and nobody stays stopped. Throws when there
 * is nothing left to start it with (no file descriptor).
 */
function start(program: string, argv: readonly string[]) {
  const child = spawn(program, argv, {
    env: bareEnv({ PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" }),
    detached: true,
    stdio: "pipe",
  });
  // Without one it would end the worker; those who wait for the program hear of it by themselves.
  child.on("error", () => {});
  if (!child.stdin) throw new Error(`${program} could not be started`);
  return child;
}
