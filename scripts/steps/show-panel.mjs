import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { step } from "./progress.mjs";
import { root } from "./root.mjs";
import { StepFailed } from "./run.mjs";

const run = promisify(execFile);
const GATEWAY_WITHIN_MS = 300_000;

/** A panel started as a person starts it, on a home of its own; bots may be run from `yards`, and fetched from this machine. */
export async function startShowPanel(home, yards, gitCaFile) {
  // Its port is baked into the web's build, so there is no choosing another one when a panel or a test has it.
  const gateway = Number(process.env.BOTYARD_GATEWAY_PORT || 3010);
  if (!(await canListen(gateway)))
    await step(`Waiting for port ${gateway} to be free`, async () => {
      const end = Date.now() + GATEWAY_WITHIN_MS;
      while (!(await canListen(gateway))) {
        if (Date.now() > end) throw new StepFailed(`Port ${gateway} is in use: stop the panel that runs there.`);
        await delay(2_000);
      }
    });
  const port = await canListen(0);
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    BOTYARD_HOME: home,
    BOTYARD_FOLDERS: yards,
    BOTYARD_HOST: "127.0.0.1",
    BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8",
    BOTYARD_GIT_CA_FILE: gitCaFile,
    BOTYARD_PUBLIC_URL: "",
    DATABASE_URL: "",
    BOTYARD_URL: "",
    BOTYARD_TOKEN: "",
    PORT: String(port),
  };
  const printed = await step("Starting a panel", () => started(env, url));
  return {
    url,
    setupLink: /http\S+\/setup#\S+/.exec(printed)?.[0],
    /** Runs the command line; what it says, parsed. */
    async cli(args, input = "") {
      const asked = run(process.execPath, [join(root, "bin/botyard"), "--json", ...args], { cwd: root, env });
      asked.child.stdin.end(input);
      return JSON.parse((await asked).stdout || "null");
    },
    /** Calls the public API with the key of this machine. */
    async api(method, path, body) {
      const key = readFileSync(join(home, "secrets/cli.key"), "utf8").trim();
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new StepFailed(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    /** Takes the worker away, so that it is not started again at once as after a crash. */
    stopWorker: () =>
      run(process.execPath, [join(root, "node_modules/pm2/bin/pm2"), "stop", "botyard-worker"], {
        env: { ...env, PM2_HOME: join(home, "pm2") },
      }),
  };
}

function started(env, url) {
  // A group of its own: a Ctrl-C here must reach it through `npm stop` alone, which ends the bots too.
  const child = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => {
        printed += bytes;
        if (printed.includes(`ready at ${url}`)) resolve(printed);
      });
    child.once("error", reject);
    child.once("exit", (code) => reject(new StepFailed(`npm start ended with ${code}:\n${printed}`)));
  });
}

/** The port (0: any) when it is free on 127.0.0.1, else undefined. */
const canListen = (port) =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const found = server.address().port;
      server.close(() => resolve(found));
    });
  });
