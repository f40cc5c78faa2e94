import { existsSync } from "node:fs";
import type { BotIsolation } from "#contracts/bot";
import { type Own, ownView } from "./view";

/*
 * The ways to run something apart, the best first. Each is a command line that the run's own is appended to:
 *
 *   user      bwrap (as root) … -- setpriv (to the bot's number) … -- bot       in a space of process numbers of its own
 *   shared    the same where /proc cannot be mounted: it sees the other processes, and can do nothing to another user's
 *   sandbox   bwrap … -- bot                                                    as the panel's own user
 *   root      bwrap (as root) … -- bot, root without any capability: for a folder of root's that must stay root's
 *
 * bwrap starts as root and gives the number away last: only root can bind a bot's folder out of BOTYARD_HOME, which is 0700. It
 * therefore leaves setpriv the capabilities to change user, and to look into the bot's own folder (it goes there before the change);
 * setpriv empties every set of them, and bwrap has set no_new_privs, so that no program gives any back. There is no --die-with-parent:
 * a bot outlives its worker, and bwrap's own process may die without taking it along.
 */

export type WayName = "user" | "shared" | "sandbox" | "root";

export type Tools = { bwrap: string; dropper: Dropper };

/** How a number is taken on: setpriv (util-linux), or coreutils' chroot where there is no such setpriv. */
export type Dropper = { program: string; capabilities: readonly string[]; args: (number: number) => string[] };

export const droppers: readonly Dropper[] = [
  {
    program: "setpriv",
    capabilities: ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_DAC_READ_SEARCH"],
    args: (number) => [
      ...["--reuid", String(number), "--regid", String(number), "--clear-groups"],
      ...["--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all"],
    ],
  },
  {
    program: "chroot",
    capabilities: ["CAP_SETUID", "CAP_SETGID", "CAP_SYS_CHROOT", "CAP_DAC_READ_SEARCH"],
    args: (number) => ["--skip-chdir", `--userspec=+${number}:+${number}`, "--groups=", "/"],
  },
];

/** What a way amounts to. */
export const ways: Readonly<Record<WayName, { level: BotIsolation["level"]; ownProcesses: boolean }>> = {
  user: { level: "user", ownProcesses: true },
  shared: { level: "user", ownProcesses: false },
  sandbox: { level: "sandbox", ownProcesses: true },
  root: { level: "sandbox", ownProcesses: true },
};

/** Files of /proc that the number 0 may use without any capability: they are the machine's, not the bot's. */
const machineProc = ["sys", "sysrq-trigger", "irq", "bus", "acpi", "scsi", "fs", "mtrr"].filter((name) =>
  existsSync(`/proc/${name}`),
);

export type Apart = { way: WayName; number: number; system: readonly string[]; own: Own; hidden: string };

/** The command line of a way. */
export function wrapOf(tools: Tools, apart: Apart): string[] {
  const { way, number, system, own, hidden } = apart;
  const { ownProcesses } = ways[way];
  const drops = way === "user" || way === "shared";
  const covered = drops ? [] : machineProc.flatMap((name) => ["--ro-bind", `/proc/${name}`, `/proc/${name}`]);
  return [
    tools.bwrap,
    ...(way === "sandbox" ? ["--unshare-user"] : []),
    ...["--unshare-ipc", "--unshare-uts"],
    // The run is number 1 of its space, not bwrap: what ends it ends everything in it.
    ...(ownProcesses ? ["--unshare-pid", "--as-pid-1"] : []),
    "--new-session",
    ...["--cap-drop", "ALL"],
    ...(drops ? tools.dropper.capabilities.flatMap((name) => ["--cap-add", name]) : []),
    ...system,
    ...(ownProcesses ? ["--proc", "/proc", ...covered] : ["--ro-bind", "/proc", "/proc"]),
    ...ownView(own, hidden),
    "--",
    ...(drops ? [tools.dropper.program, ...tools.dropper.args(number)] : []),
  ];
}
