import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Tally } from "../measure/lines";
import { isAlive } from "../measure/processes";
import { until } from "../measure/time";
import { type App, commandLine, daemon, type Place, recordFolder, runTool, type System, type Wanted } from "./system";

/** supervisord with its defaults; only limits that 300 programs need are raised. */
export function createSupervisord(place: Place): System {
  const file = `${place.dir}/supervisord.conf`;
  const socket = `${place.dir}/supervisor.sock`;
  const logs = `${place.dir}/logs`;
  const recordFile = recordFolder(place);
  let apps: readonly App[] = [];
  let wanted: Wanted = {};
  let pid = 0;

  function configure(autostart: boolean) {
    mkdirSync(logs, { recursive: true });
    const head = [
      "[unix_http_server]",
      `file=${socket}`,
      "[supervisord]",
      `logfile=${place.dir}/supervisord.log`,
      `pidfile=${place.dir}/supervisord.pid`,
      "nodaemon=true",
      "minfds=8192",
      "[rpcinterface:supervisor]",
      "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
      "[supervisorctl]",
      `serverurl=unix://${socket}`,
    ];
    const programs = apps.flatMap((app) => [
      `[program:${app.id}]`,
      `command=${commandLine(app, recordFile(app.id)).join(" ")}`,
      `autostart=${autostart}`,
      "redirect_stderr=true",
      `stdout_logfile=${logs}/${app.id}.log`,
      ...(wanted.keepAll ? ["stdout_logfile_maxbytes=0"] : []),
    ]);
    writeFileSync(file, `${[...head, ...programs].join("\n")}\n`);
  }

  async function up(autostart: boolean) {
    configure(autostart);
    rmSync(socket, { force: true });
    pid = daemon(["/usr/bin/supervisord", "-c", file, "-n"], place);
    await until("supervisord's socket", () => existsSync(socket) || (!isAlive(pid) && dead()));
  }
  const dead = (): never => {
    throw new Error("supervisord ended at once");
  };
  const control = (...args: string[]) =>
    runTool(["/usr/bin/supervisorctl", "-c", file, ...args], place, undefined, true);

  return {
    recordFile,
    async boot(given, asked = {}) {
      apps = given;
      wanted = asked;
      await up(false);
    },
    async all(command) {
      await control(command, "all");
    },
    root: () => pid,
    bootAgain: () => up(true),
    async knowsAll() {
      return ((await control("status")).match(/\bRUNNING\b/g) ?? []).length >= apps.length;
    },
    async count(id, into: Tally) {
      const number = (name: string) => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
      const names = readdirSync(logs).filter((name) => name === `${id}.log` || name.startsWith(`${id}.log.`));
      for (const name of names.toSorted((a, b) => number(b) - number(a))) into.addFile(`${logs}/${name}`);
    },
    logFolders: () => [logs],
    remember: async () => {},
    end: async () => {},
  };
}
