import { execFile } from "node:child_process";
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
    if (await works(free("collapse", path, 0, BLOCK))) {
      if ((await stat(path)).size === 2 * BLOCK) return "collapse";
    }
    return (await works(free("punch", path, 0, BLOCK))) ? "punch" : "stop";
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const works = (trying: Promise<unknown>) =>
  trying.then(
    () => true,
    () => false,
  );

/** Frees [from, to) of a file by util-linux' fallocate; whoever writes to it is not held up. */
export function free(method: "collapse" | "punch", path: string, from: number, to: number): Promise<void> {
  const how = method === "collapse" ? "--collapse-range" : "--punch-hole";
  return run("fallocate", [how, "--offset", String(from), "--length", String(to - from), path]);
}

/*
 * Empties a file that others write to, and keeps what its first K bytes are followed by:
 *
 *   stop whoever holds it open for writing, until nobody is left running ─▶ copy the rest, sync, rename ─▶ empty ─▶ let go on
 *
 * It is a process of its own, in a session of its own: when the worker is killed it finishes, and nobody stays stopped. It opens
 * the file once: when that name is gone it does nothing. What is in the file under the name does not matter to it after that.
 */
const STOPPING = `
[ -f "$1" ] && exec 3<>"$1" || exit 3
holders() {
  find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "/proc/$$/fd/3" 2>/dev/null | while IFS=/ read -r _ _ pid _ fd; do
    [ "$pid" = "$$" ] || grep -qs '^flags:.*[1256]$' "/proc/$pid/fdinfo/$fd" && echo "$pid"
  done | sort -u
}
running() {
  for pid in $1; do
    [ "$pid" = "$$" ] && continue
    case "$(cat "/proc/$pid/stat" 2>/dev/null)" in *") T "*|*") t "*|*") Z "*|*") X "*|"") ;; *) return 0 ;; esac
  done
  return 1
}
onward() { for pid in $stopped; do kill -s CONT "$pid" 2>/dev/null; done; }
trap 'onward; exit 4' INT TERM HUP
stopped=
turns=0
while :; do
  now=$(exec 3>&-; holders)
  for pid in $now; do
    case " $stopped " in *" $pid "*) ;; *) [ "$pid" = "$$" ] || { stopped="$stopped $pid"; kill -s STOP "$pid" 2>/dev/null; } ;; esac
  done
  [ "$now" = "$before" ] && ! running "$now" && break
  before=$now
  turns=$((turns + 1))
  [ $turns -lt 500 ] || { onward; exit 5; }
done
if tail -c "+$2" /proc/self/fd/3 >"$3.tmp" && sync "$3.tmp" && mv "$3.tmp" "$3"; then
  : >/proc/self/fd/3
  code=0
else
  code=6
fi
onward
exit $code
`;

/** See STOPPING. `rest` is the file that gets what comes after the first `kept` bytes. */
export const emptyStopped = (path: string, kept: number, rest: string): Promise<void> =>
  run("/bin/sh", ["-c", STOPPING, "botyard-cut", path, String(kept + 1), rest]);

function run(program: string, argv: string[]): Promise<void> {
  return new Promise((settle, fail) => {
    const child = execFile(
      program,
      argv,
      { env: bareEnv({ PATH: "/usr/sbin:/usr/bin:/sbin:/bin" }) },
      (error, _, said) =>
        error ? fail(new Error(`${program}: ${said.trim() || error.message.slice(0, 200)}`)) : settle(),
    );
    child.unref();
  });
}
