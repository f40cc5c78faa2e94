import type { Confinement } from "../ports/index";

/**
 * Enters the groups, sets the limits of a process, and becomes the command: the text is constant, every value an argument. What a
 * machine does not allow is gone without, as it would be without isolation.
 */
const TEXT = `
n=$1 files=$2 blocks=$3
shift 3
while [ "$n" -gt 0 ]; do echo 0 >"$1/cgroup.procs"; shift; n=$((n - 1)); done 2>/dev/null
[ "$files" = 0 ] || ulimit -n "$files" 2>/dev/null
[ "$blocks" = 0 ] || ulimit -f "$blocks" 2>/dev/null
exec "$@"
`;

/** The command line that runs `argv` as a confinement says, for whoever has no shell of its own in between. */
export function entering(confinement: Confinement, argv: readonly string[]): [string, ...string[]] {
  const { groups, openFiles, fileBytes, wrap } = confinement;
  // ulimit counts files in blocks of 512 bytes.
  const numbers = [groups.length, openFiles, Math.floor(fileBytes / 512)].map(String);
  return ["/bin/sh", "-c", TEXT, "botyard-enter", ...numbers, ...groups, ...wrap, ...argv];
}
