import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { carriers } from "../testing/carriers";
import { define } from "./fakes";
import { createSmallWorker } from "./small-worker";
import { kill9, spawnWorker } from "./spawned-worker";

/* Real workers killed -9 in the middle of what they do, with real processes, and the next worker that finds out. */

const ID = "killedbot1";
const patience = { interval: 20 };
let home: string;
let worker: ReturnType<typeof createSmallWorker> | undefined;

beforeEach(async () => {
  home = await mkdtemp(`${tmpdir()}/by-killed-`);
});
afterEach(async () => {
  worker ??= createSmallWorker(home);
  await worker.supervisor.remove(ID);
  await worker.close();
  worker = undefined;
  expect(processes()).toEqual([]);
  await rm(home, { recursive: true, force: true });
});

/** The bot's processes, without its recording shell. */
const processes = () => carriers(ID).filter((pid) => !isShell(pid));

function isShell(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("botyard-run");
  } catch {
    return true; // It is gone by now.
  }
}

/** A bot on disk that says each start of it in a file of its own, and takes its time to go. */
async function lay(files: Record<string, string> = {}) {
  const bot = `require("fs").appendFileSync("starts", process.pid + "\\n");
    process.on("SIGINT", () => setTimeout(() => process.exit(0), 60)); setInterval(() => {}, 1000);`;
  await mkdir(`${home}/staged`);
  for (const [name, text] of Object.entries({ "index.js": bot, ...files }))
    await writeFile(`${home}/staged/${name}`, text);
  const first = createSmallWorker(home);
  await first.supervisor.put(define({ id: ID }), `${home}/staged`);
  await first.close();
}

const wished = async (): Promise<string> =>
  JSON.parse(await readFile(`${home}/bots/${ID}/desired.json`, "utf8").catch(() => '{"desired":"down"}')).desired;

async function nextWorker() {
  worker = createSmallWorker(home);
  await worker.supervisor.boot();
  return worker.supervisor;
}
const after = (ms: number) => new Promise((go) => setTimeout(go, ms));

describe.each(["start", "stop", "restart"] as const)("a worker killed in the middle of a %s", (command) => {
  it.each([0, 8, 30, 90])("%i ms after it was told: the wish holds, and there is one copy or none", async (ms) => {
    await lay();
    const first = spawnWorker(home);
    await first.booted();
    if (command !== "start") {
      first.tell("start", ID);
      await vi.waitFor(() => expect(existsSync(`${home}/bots/${ID}/files/starts`)).toBe(true), patience);
      await vi.waitFor(() => expect(first.now()?.status.state).toBe("starting"), patience);
    }
    first.tell(command, ID);
    await after(ms);
    await kill9(first.child);

    const wish = await wished();
    const supervisor = await nextWorker();
    expect(supervisor.get(ID)?.desired).toBe(wish);
    if (wish === "down") {
      await vi.waitFor(() => expect(supervisor.get(ID)?.status.state).toBe("stopped"), patience);
      expect(processes()).toEqual([]);
    } else {
      await vi.waitFor(() => expect(supervisor.get(ID)?.status.state).toMatch(/starting|running/), patience);
      const pid = supervisor.liveRun(ID)?.pid;
      await vi.waitFor(() => expect(processes()).toEqual([pid]), patience);
    }
    const runs = await supervisor.runs(ID, 9);
    // Of all its lives only the newest may still be open, and only while it lives.
    expect(runs.filter((run) => run.exit === undefined).map((run) => run.run)).toEqual(
      wish === "up" ? [supervisor.liveRun(ID)?.run] : [],
    );
  });
});

it("a worker killed in the middle of an install: what it left is swept up, and it is done again", async () => {
  const plan = (argv: string[]) =>
    JSON.stringify({ tool: "test", hash: "one", steps: [{ argv, cwd: home, env: { PATH: "/usr/bin:/bin" } }] });
  await lay({ "plan.json": plan(["/bin/sleep", "600"]) });
  const first = spawnWorker(home);
  await first.booted();
  first.tell("start", ID);
  await vi.waitFor(() => expect(first.now()?.install.state).toBe("running"), patience);
  await vi.waitFor(() => expect(processes().length).toBe(1), patience);
  const [left] = processes();
  await kill9(first.child);
  expect(processes()).toEqual([left]);

  await writeFile(`${home}/bots/${ID}/files/plan.json`, plan(["/bin/true"]));
  const supervisor = await nextWorker();
  await vi.waitFor(() => expect(supervisor.get(ID)?.status.state).toBe("starting"), patience);
  expect(supervisor.get(ID)?.install).toMatchObject({ state: "done", tool: "test" });
  expect(processes()).toEqual([supervisor.liveRun(ID)?.pid]);
});
