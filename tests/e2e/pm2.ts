import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PM2 of its own that runs two bots of one folder; each writes down which process it is, ten times a second. */
export function startPm2() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "by-pm2-")));
  const home = join(folder, "pm2");
  const program = join(process.cwd(), "node_modules/pm2/bin/pm2");
  const pm2 = (...args: string[]) =>
    execFileSync(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...process.env, PM2_HOME: home, EXPORTED: "by the login" },
      encoding: "utf8",
    });
  const source = (name: string) => `
    const { appendFileSync } = require("node:fs");
    console.log("${name} says", process.env.GREETING, process.argv[2]);
    setInterval(() => appendFileSync("${name}.txt", process.pid + " " + Date.now() + "\\n"), 100);`;
  for (const name of ["first", "second"]) writeFileSync(join(folder, `${name}.js`), source(name));
  const app = (name: string, more: object) => ({ name, script: `${name}.js`, env: { GREETING: "hi" }, ...more });
  const apps = [
    app("first", { args: "--loud", max_memory_restart: "200M" }),
    // Half a day from now, so that it restarts nothing meanwhile.
    app("second", { cron_restart: `0 ${(new Date().getHours() + 12) % 24} * * *` }),
  ];
  writeFileSync(join(folder, "ecosystem.config.js"), `module.exports = ${JSON.stringify({ apps })};`);
  pm2("start", "ecosystem.config.js");
  pm2("save");
  return {
    folder,
    dump: join(home, "dump.pm2"),
    /** How many programs it knows. */
    count: () => [...pm2("jlist").matchAll(/"pm_id":/g)].length,
    /** The lives of a bot as it wrote them down: each process with its first and last moment. */
    lives(name: string): { pid: number; from: number; to: number }[] {
      const file = join(folder, `${name}.txt`);
      if (!existsSync(file)) return [];
      const lives = new Map<number, { pid: number; from: number; to: number }>();
      for (const line of readFileSync(file, "utf8").trim().split("\n")) {
        const [pid = 0, at = 0] = line.split(" ").map(Number);
        lives.set(pid, { pid, from: lives.get(pid)?.from ?? at, to: at });
      }
      return [...lives.values()].sort((a, b) => a.from - b.from);
    },
    close() {
      pm2("kill");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
