import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { Failure } from "../failure";
import { type Pm2App, pm2App } from "./app";

/** Programs that PM2 was told of, and where that was written. `home` is PM2's, for a dump only. */
export type Pm2List = { file: string; kind: "dump" | "ecosystem"; apps: Pm2App[] };

const list = z.union([z.array(z.unknown()), z.object({ apps: z.union([z.array(z.unknown()), z.unknown()]) })]);

/** How long a configuration file may take to say what is in it, ms. */
const EVALUATE_MS = 20_000;

/*
 * An ecosystem file is a program: it is run as PM2 runs it, with Node, in a process of its own, so that whatever it prints or leaves
 * open stays there. Its answer comes on a channel of its own.
 */
const EVALUATE = `
import(process.argv[1]).then((module) => {
  const found = module.default ?? module;
  process.send(JSON.parse(JSON.stringify(found)), () => process.exit(0));
}, (error) => { process.send({ failed: String(error && error.message || error) }, () => process.exit(1)); });`;

/** Reads a dump (dump.pm2) or an ecosystem file (.js, .cjs, .mjs, .json). Exit 2 when it is none. */
export async function readPm2(file: string): Promise<Pm2List> {
  const path = resolve(file);
  const isDump = /^dump\.pm2(\.bak)?$/.test(basename(path));
  const raw = /\.[cm]?js$/.test(path) ? await evaluate(path) : await readJson(path);
  const read = list.safeParse(raw);
  const found = !read.success ? undefined : Array.isArray(read.data) ? read.data : [read.data.apps].flat();
  if (!found) throw Failure.use(`${path} holds no list of programs. Give PM2's dump.pm2 or an ecosystem file.`);
  const apps = found.map((one, index) => {
    const app = pm2App.safeParse(one);
    if (app.success) return absolute(app.data, dirname(path));
    const [issue] = app.error.issues;
    throw Failure.use(`Program ${index + 1} in ${path} makes no sense at ${issue?.path.join(".")}: ${issue?.message}`);
  });
  return { file: path, kind: isDump ? "dump" : "ecosystem", apps };
}

/** PM2 takes paths from where the ecosystem file lies. */
function absolute(app: Pm2App, from: string): Pm2App {
  const cwd = app.cwd === undefined ? from : isAbsolute(app.cwd) ? app.cwd : join(from, app.cwd);
  const script = app.script === undefined || isAbsolute(app.script) ? app.script : join(cwd, app.script);
  return { ...app, cwd, script };
}

async function readJson(path: string): Promise<unknown> {
  if (/\.ya?ml$/.test(path))
    throw Failure.use("An ecosystem file in YAML is not read. Run it with PM2, then `pm2 save`, and give the dump.");
  const text = await readFile(path, "utf8").catch(() => {
    throw Failure.use(`There is no readable file ${path}.`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Failure.use(`${path} is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

const failed = z.object({ failed: z.string() });

function evaluate(path: string): Promise<unknown> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", EVALUATE, pathToFileURL(path).href], {
      cwd: dirname(path),
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      timeout: EVALUATE_MS,
      killSignal: "SIGKILL",
    });
    let answer: unknown;
    child.on("message", (message) => {
      answer = message;
    });
    child.on("error", fail);
    child.on("close", () => {
      const bad = failed.safeParse(answer);
      if (bad.success || answer === undefined) {
        const why = bad.success ? bad.data.failed : "it ended without an answer";
        fail(Failure.use(`${path} could not be read: ${why}`));
      } else settle(answer);
    });
  });
}
