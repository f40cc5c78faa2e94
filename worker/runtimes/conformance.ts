import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RuntimeName } from "#contracts/bot";
import { createInstaller } from "../install/index";
import type { BotFolders, Driver } from "../ports/index";
import { openProcesses } from "../process/index";
import { createRuntimes } from "./index";

/** What the suite must know of a runtime that the driver does not say: small programs, and packages without a network. */
export type Sample = {
  entries: readonly string[];
  others: readonly string[];
  /** Prints {args, cwd, env} as JSON on one line. */
  tells: string;
  /** Prints "said" without ending, as a line that its runtime might hold back. */
  holds: string;
  /** Prints what the installed package "greeting" says. */
  uses: string;
  /** Puts a manifest that asks for the package "greeting" into the folder, with the package itself. */
  depend(files: string): Promise<void>;
  manifest: { file: string; broken: string; empty: string };
  tool: RegExp;
};

/** The names in this process's own environment. */
const workerVariables = () =>
  readFileSync("/proc/self/environ", "utf8")
    .split("\0")
    .flatMap((entry) => entry.split("=")[0] || []);

/** A bot's folders in a temporary place. */
export async function makeFolders(): Promise<BotFolders> {
  const root = await mkdtemp(`${tmpdir()}/by-runtime-`);
  const folders = { root, files: `${root}/files`, venv: `${root}/venv`, runs: `${root}/runs` };
  await mkdir(folders.files);
  return folders;
}

/** Everything a driver promises, tried with the real runtime. */
export function conforms(name: RuntimeName, sample: Sample): void {
  describe(`the driver ${name}`, () => {
    const driver: Driver = createRuntimes({})[name];
    const entry = sample.entries[0] ?? "";
    const botId = Array.from({ length: 10 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
    let folders: BotFolders;
    let processes: ReturnType<typeof openProcesses>;
    let runs = 0;
    beforeEach(async () => {
      folders = await makeFolders();
      processes = openProcesses();
    });
    afterEach(async () => {
      await processes.killAll(botId);
      await processes.close();
      await rm(folders.root, { recursive: true, force: true });
    });

    async function run(program: string, args: readonly string[] = []) {
      await mkdir(`${folders.files}/${entry}`.replace(/\/[^/]+$/, ""), { recursive: true });
      await writeFile(`${folders.files}/${entry}`, program);
      const run = ++runs;
      const runDir = `${folders.runs}/${run}`;
      const launch = await driver.launch(folders, entry, args);
      const live = await processes.launch({ botId, run, runDir, cwd: folders.files, ...launch });
      return { live, output: () => readFile(`${runDir}/out.log`, "utf8") };
    }
    async function install(): Promise<string> {
      const plan = await driver.prepare(folders);
      if (!plan) throw new Error("nothing to install");
      const logFile = `${folders.root}/install.log`;
      const outcome = await createInstaller().run(botId, plan, { logFile, signal: new AbortController().signal });
      expect(outcome, await readFile(logFile, "utf8")).toMatchObject({ ok: true });
      return plan.hash;
    }

    test("is the one its name says, and knows its version", async () => {
      expect(driver.name).toBe(name);
      expect(await driver.probe()).toMatch(/^\d+\.\d+/);
    });

    test("knows its entries", () => {
      expect(sample.entries.map(driver.fits)).not.toContain(false);
      expect([...sample.others, "", "README.md", "package.json"].map(driver.fits)).not.toContain(true);
    });

    test("runs an entry with arguments as they are, in the bot's folder, with a home of the bot's own", async () => {
      const args = ["--flag", "a b", "$HOME", ""];
      const { live, output } = await run(sample.tells, args);
      expect(await live.exited).toMatchObject({ code: 0 });
      const told = JSON.parse(await output());
      expect(told.args).toEqual(args);
      expect(told.cwd).toBe(folders.files);
      expect(told.env.HOME).toMatch(new RegExp(`^${folders.root}/`));
      expect(told.env.HOME).not.toBe(folders.files);
      expect(told.env.PATH.split(":")).toEqual(expect.arrayContaining(["/usr/local/bin", "/usr/bin", "/bin"]));
      expect(told.env.BOTYARD_BOT).toBe(`${botId}:${runs}`);
      for (const key of workerVariables()) {
        if (!["PATH", "HOME", "PWD", "LC_CTYPE", "PYTHONUNBUFFERED"].includes(key))
          expect(told.env).not.toHaveProperty(key);
      }
    });

    test("shows what is printed at once", async () => {
      const { output } = await run(sample.holds);
      await expect.poll(output, { timeout: 10_000 }).toContain("said");
    });

    test("refuses an entry of another runtime", async () => {
      await expect(driver.launch(folders, "x.txt", [])).rejects.toMatchObject({ code: "runtime_mismatch" });
    });

    test("has nothing to install without a manifest, or with an empty one", async () => {
      expect(await driver.prepare(folders)).toBeNull();
      await writeFile(`${folders.files}/${sample.manifest.file}`, sample.manifest.empty);
      expect(await driver.prepare(folders)).toBeNull();
    });

    test("says which manifest cannot be read, and why", async () => {
      const path = `${folders.files}/${sample.manifest.file}`;
      await writeFile(path, sample.manifest.broken);
      const failure = await driver.prepare(folders).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "manifest_unreadable", values: { file: sample.manifest.file } });
      expect(failure).toMatchObject({ message: expect.not.stringContaining("{detail}") });
      await rm(path);
      await mkdir(path);
      await expect(driver.prepare(folders)).rejects.toMatchObject({ code: "manifest_unreadable" });
    });

    test("reads no manifest that is a link out of the bot's folder, and quotes nothing of it", async () => {
      await writeFile(`${folders.root}/secret`, "hunter2");
      await symlink(`${folders.root}/secret`, `${folders.files}/${sample.manifest.file}`);
      const failure = await driver.prepare(folders).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "manifest_unreadable", message: expect.not.stringContaining("hunter") });
    });

    test("installs what the manifest asks for, and the bot finds it", async () => {
      await sample.depend(folders.files);
      expect(await driver.prepare(folders)).toMatchObject({ tool: expect.stringMatching(sample.tool), present: false });
      const hash = await install();
      expect(await driver.prepare(folders)).toMatchObject({ hash, present: true });
      const { live, output } = await run(sample.uses);
      await live.exited;
      expect(await output()).toBe("hello from the package\n");
    }, 60_000);

    test("the hash is the same for the same files elsewhere, and another once the manifest changes", async () => {
      await sample.depend(folders.files);
      const hash = (await driver.prepare(folders))?.hash;
      const other = await makeFolders();
      await cp(folders.files, other.files, { recursive: true });
      expect((await driver.prepare(other))?.hash).toBe(hash);
      await writeFile(`${other.files}/.npmrc`, "loglevel=warn\n");
      const text = await readFile(`${other.files}/${manifestOf(sample)}`, "utf8");
      await writeFile(`${other.files}/${manifestOf(sample)}`, `${text}\n`);
      expect((await driver.prepare(other))?.hash).not.toBe(hash);
      await rm(other.root, { recursive: true });
    });

    test("an install sees nothing of the worker's environment", async () => {
      await sample.depend(folders.files);
      const plan = await driver.prepare(folders);
      const env = plan?.steps[0]?.env ?? {};
      expect(Object.keys(env)).not.toHaveLength(0);
      for (const key of Object.keys(env))
        if (workerVariables().includes(key)) expect(["PATH", "HOME", "LANG", "CI"].concat(pip)).toContain(key);
      expect(env.HOME).toMatch(new RegExp(`^${folders.root}/`));
    });
  });
}

const pip = ["PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_INPUT", "PIP_PROGRESS_BAR", "PIP_CACHE_DIR"];
const manifestOf = ({ manifest }: Sample) => (manifest.file === "pyproject.toml" ? "requirements.txt" : manifest.file);
