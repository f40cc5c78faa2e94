import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import type { Confinement } from "../ports/index";
import { WRAPPED } from "./records";
import { INIT, RECORDER } from "./scripts";

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

/** Builds the command line that runs `argv`, confined, under the recording shell. */
export type Wrap = (runDir: string, bootId: string, argv: Paths, confinement?: Confinement) => [string, ...string[]];

// dash where there is one: it is small, and says exactly how a child ended.
const shells: Paths = ["/bin/dash", "/usr/bin/dash", "/bin/sh"];

/** `ulimit -f` counts in these, bytes. */
const BLOCK = 512;

/** Looks at what this machine has to build it with. */
export async function findShell(among: Paths = shells): Promise<Wrap> {
  const sh = first(...among);
  const mkfifo = findMkfifo();
  const env = first("/usr/bin/env", "/bin/env");
  // A shell without job control starts what it puts in the background with SIGINT and SIGQUIT ignored; coreutils' env
  // (8.31) undoes that. Elsewhere (busybox) a bot that does not handle SIGINT itself ends by the SIGTERM that follows.
  const undo = ["--default-signal=INT,QUIT"];
  const undoes = await succeeds(env, [...undo, sh, "-c", ":"]);

  return (runDir, bootId, argv, confinement) => {
    // env would take a program with "=" in its path for a variable.
    const plain = argv[0].includes("=") ? [sh, "-c", 'exec "$@"', "sh", ...argv] : argv;
    const bot = [...(undoes ? [env, ...undo] : []), ...plain];
    const { wrap = [], groups = [], openFiles = 0, fileBytes = 0 } = confinement ?? {};
    const isWrapped = wrap.length > 0;
    const confined = isWrapped ? [...wrap, sh, "-c", INIT, "botyard-init", ...bot] : bot;
    const limits = [openFiles, Math.ceil(fileBytes / BLOCK), groups.length].map(String);
    const boot = isWrapped ? `${bootId} ${WRAPPED}` : bootId;
    return [sh, "-c", RECORDER, "botyard-run", runDir, boot, mkfifo, ...limits, ...groups, ...confined];
  };
}

/** The program that makes FIFOs. */
export const findMkfifo = (): string => first("/usr/bin/mkfifo", "/bin/mkfifo");

function first(...paths: Paths): string {
  const found = paths.find((path) => existsSync(path)) ?? paths[0];
  accessSync(found, constants.X_OK);
  return found;
}

const succeeds = (program: string, args: string[]) =>
  new Promise<boolean>((settle) => {
    execFile(program, args, (error) => settle(error === null));
  });
