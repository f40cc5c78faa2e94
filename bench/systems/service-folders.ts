import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Tally } from "../measure/lines";
import { sleep, until } from "../measure/time";
import { type App, commandLine, daemon, type Place, recordFolder, runTool, type System, type Wanted } from "./system";

/** What sets runit and s6 apart; both watch a folder of services, each with a logger of its own. */
type Kind = {
  scan: (services: string) => [string, ...string[]];
  /** The logger's script for a folder; `keepAll`: bounds far above what is written. */
  logger: (folder: string, wanted: Wanted) => string;
  /** runit's logger has its bounds in a file beside the log. */
  loggerConfig?: (wanted: Wanted) => string;
  /** Made by the supervisor once it looks after a service. */
  signs: readonly string[];
  command: (command: "start" | "stop" | "restart", services: readonly string[]) => [string, ...string[]];
  /** Counts how many of the services are up. */
  up: (services: readonly string[]) => [string, ...string[]];
};

const runit: Kind = {
  scan: (services) => ["/usr/bin/runsvdir", services],
  logger: (folder) => `exec svlogd ${folder}`,
  loggerConfig: (wanted) => (wanted.keepAll ? "s1000000000\nn0\n" : ""),
  signs: ["supervise/ok", "supervise/stat"],
  command: (command, services) => ["/usr/bin/sv", "-w", "30", command, ...services],
  up: (services) => ["/bin/sh", "-c", 'sv status "$@" | grep -c "^run:"', "sh", ...services],
};

const s6: Kind = {
  scan: (services) => ["/usr/bin/s6-svscan", "-c", "2000", services],
  logger: (folder, wanted) => `exec s6-log ${wanted.keepAll ? "n1000 s100000000 " : ""}${folder}`,
  signs: ["supervise/status"],
  // s6 has no command for all; this is what its users write.
  command: (command, services) => {
    const flag = { start: "-u", stop: "-d", restart: "-r" }[command];
    return ["/bin/sh", "-c", `for service in "$@"; do s6-svc ${flag} "$service"; done`, "sh", ...services];
  },
  up: (services) => ["/bin/sh", "-c", 'for s in "$@"; do s6-svstat -o up "$s"; done | grep -c true', "sh", ...services],
};

const createServiceFolders =
  (kind: Kind) =>
  (place: Place): System => {
    const services = `${place.dir}/services`;
    const logs = `${place.dir}/logs`;
    const recordFile = recordFolder(place);
    let apps: readonly App[] = [];
    let pid = 0;
    const folders = () => apps.map(({ id }) => `${services}/${id}`);
    const script = (file: string, text: string) => writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const scan = () => {
      pid = daemon(kind.scan(services), place);
    };

    return {
      recordFile,
      async boot(given, wanted = {}) {
        apps = given;
        for (const app of apps) {
          const folder = `${services}/${app.id}`;
          const log = `${logs}/${app.id}`;
          for (const each of [`${folder}/log`, log]) mkdirSync(each, { recursive: true });
          script(`${folder}/run`, `exec 2>&1\nexec ${commandLine(app, recordFile(app.id)).join(" ")}`);
          script(`${folder}/log/run`, kind.logger(log, wanted));
          if (kind.loggerConfig) writeFileSync(`${log}/config`, kind.loggerConfig(wanted));
          writeFileSync(`${folder}/down`, "");
        }
        scan();
        await until("the service folders", () =>
          folders().every((folder) => kind.signs.every((sign) => existsSync(`${folder}/${sign}`))),
        );
        await sleep(300);
      },
      async all(command) {
        await runTool(kind.command(command, folders()), place);
      },
      root: () => pid,
      async bootAgain() {
        for (const folder of folders()) rmSync(`${folder}/down`, { force: true });
        scan();
        await sleep(100);
      },
      knowsAll: async () => Number(await runTool(kind.up(folders()), place, undefined, true)) >= apps.length,
      async count(id, into: Tally) {
        const names = readdirSync(`${logs}/${id}`).filter((name) => name.startsWith("@"));
        for (const name of [...names.toSorted(), "current"]) into.addFile(`${logs}/${id}/${name}`);
      },
      logFolders: () => [logs],
      remember: async () => {},
      end: async () => {},
    };
  };

/** runit: runsvdir, and beside every child a runsv and an svlogd. */
export const createRunit = createServiceFolders(runit);
/** s6: s6-svscan, and beside every child two s6-supervise and an s6-log. */
export const createS6 = createServiceFolders(s6);
