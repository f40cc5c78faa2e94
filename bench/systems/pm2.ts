import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Tally } from "../measure/lines";
import { until } from "../measure/time";
import { type App, commandLine, environment, type Place, recordFolder, runTool, type System } from "./system";

const program = fileURLToPath(new URL("../../node_modules/pm2/bin/pm2", import.meta.url));

/** PM2 of our own node_modules, with a PM2_HOME in the session's folder. `parallel`: its --parallel; absent, its default. */
export function createPm2(place: Place, parallel?: number): System & { home: string } {
  const home = `${place.dir}/pm2`;
  const logs = `${place.dir}/logs`;
  const recordFile = recordFolder(place);
  const file = `${place.dir}/ecosystem.config.js`;
  const env = environment(place, { PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: "true" });
  const tuned = parallel === undefined ? [] : ["--parallel", String(parallel)];
  const pm2 = (...args: string[]) => runTool([process.execPath, program, ...args, ...tuned], place, env);
  let apps: readonly App[] = [];
  let started = false;

  return {
    home,
    recordFile,
    async boot(given) {
      apps = given;
      mkdirSync(logs, { recursive: true });
      const described = apps.map((app) => {
        const [first = "", ...rest] = commandLine(app, recordFile(app.id));
        const [script, ...args] = first === process.execPath ? rest : [first, ...rest];
        const own = first === process.execPath ? {} : { interpreter: "none" };
        const log = { out_file: `${logs}/${app.id}.log`, error_file: `${logs}/${app.id}.err` };
        return { name: app.id, script, args, cwd: place.dir, exec_mode: "fork", ...own, ...log };
      });
      writeFileSync(file, `module.exports = ${JSON.stringify({ apps: described })};\n`);
      await pm2("ping");
      await until("PM2's pid file", () => existsSync(`${home}/pm2.pid`));
    },
    async all(command) {
      if (command !== "start") await pm2(command, "all");
      else if (started) await pm2("restart", "all");
      else {
        started = true;
        await pm2("start", file);
      }
    },
    root: () => Number(readFileSync(`${home}/pm2.pid`, "utf8")),
    async bootAgain() {
      await pm2("resurrect");
    },
    async knowsAll() {
      const list = await pm2("jlist");
      return (list.match(/"status":"online"/g) ?? []).length >= apps.length;
    },
    async count(id, into: Tally) {
      into.addFile(`${logs}/${id}.log`);
    },
    logFolders: () => [logs],
    async remember() {
      await pm2("save", "--force");
    },
    end: async () => {},
  };
}
