import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";

/** How the recording shell ends when the run's pid file is already taken. */
export const TAKEN = 98;

/**
 * The recording shell. The text is constant; every value comes as an argument: $1 the run's folder, $2 the boot id,
 * $3 mkfifo, then the program and its arguments.
 *
 * It runs in two. The outer one takes the pid file (`set -C`: the file system refuses a second copy) and leaves at once,
 * so that the inner one is nobody's child: who kills the worker's whole tree, as PM2 does, does not find it. The inner
 * one starts the bot, waits for it and writes down how it ended. It survives the signals meant for the bot by handling
 * them: to ignore them would pass the ignoring on. `jobs` is asked because `$?` cannot tell exit(143) from SIGTERM.
 */
const TEXT = `d=$1 b=$2 mkfifo=$3
shift 3
set -C
true 2>/dev/null >"$d/pid" || exit ${TAKEN}
set +C
"$mkfifo" -m 600 "$d/in" || exit 97
(
  trap : INT TERM HUP QUIT USR1 USR2
  read -r s </proc/self/stat
  printf '%s\\n%s\\n' "$s" "$b" >"$d/pid" || exit 97
  "$@" <>"$d/in" >>"$d/out.log" 2>&1 &
  p=$!
  read -r s <"/proc/$p/stat"
  printf '%s\\n%s\\n' "$s" "$b" >"$d/start" || kill -s KILL "$p"
  while wait "$p"; s=$?; [ -d "/proc/$p" ]; do :; done
  { echo "$s"; jobs; echo end; } >"$d/exit"
) &
`;

/** The signals which the recording shell handles, so that they may be sent to its whole group. */
export const handled: ReadonlySet<NodeJS.Signals> = new Set([
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGCONT",
]);

type Paths = readonly [string, ...string[]];

/** Builds the command line that runs `argv` under the recording shell. */
export type Wrap = (runDir: string, bootId: string, argv: readonly string[]) => [string, ...string[]];

// dash where there is one: it is small, and says exactly how a child ended.
const shells: Paths = ["/bin/dash", "/usr/bin/dash", "/bin/sh"];

/** Looks at what this machine has to build it with. */
export async function findShell(among: Paths = shells): Promise<Wrap> {
  const sh = first(...among);
  const mkfifo = first("/usr/bin/mkfifo", "/bin/mkfifo");
  const env = first("/usr/bin/env", "/bin/env");
  // A shell without job control starts what it puts in the background with SIGINT and SIGQUIT ignored; coreutils' env
  // (8.31) undoes that. Elsewhere (busybox) a bot that does not handle SIGINT itself ends by the SIGTERM that follows.
  const undo = ["--default-signal=INT,QUIT"];
  const undoes = await succeeds(env, [...undo, sh, "-c", ":"]);
  return (runDir, bootId, argv) => {
    // env would take a program with "=" in its path for a variable.
    const plain = argv[0]?.includes("=") ? [sh, "-c", 'exec "$@"', "sh", ...argv] : argv;
    return [sh, "-c", TEXT, "botyard-run", runDir, bootId, mkfifo, ...(undoes ? [env, ...undo] : []), ...plain];
  };
}

function first(...paths: Paths): string {
  const found = paths.find((path) => existsSync(path)) ?? paths[0];
  accessSync(found, constants.X_OK);
  return found;
}

const succeeds = (program: string, args: string[]) =>
  new Promise<boolean>((settle) => {
    execFile(program, args, (error) => settle(error === null));
  });
