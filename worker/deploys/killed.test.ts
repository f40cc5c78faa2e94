import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { killsOr } from "../testing/env";
import { BOT, botOf, createDeployStage, patience, type Served, type Stage, serveRepositories } from "./testing/stage";

/* Workers killed -9 at any moment of a deploy: the next one finds the files of one commit, whole, and runs them. */

let served: Served;
let stage: Stage;
beforeAll(async () => {
  served = await serveRepositories();
});
afterAll(() => served.close());
beforeEach(async () => {
  stage = await createDeployStage(served);
});
afterEach(() => stage.remove());

const program = fileURLToPath(new URL("./testing/worker.ts", import.meta.url));
const NAMES = Array.from({ length: 30 }, (_, n) => `files/${n % 5}/file${n}`);
const build = [process.execPath, "-e", `const fs = require("fs"); fs.writeFileSync("built", fs.readFileSync("v"))`];

function lay(version: string): Record<string, string> {
  const files = Object.fromEntries(NAMES.map((name) => [name, `${name} ${version}`]));
  return { "index.js": botOf(version), v: version, [`only-${version}/file`]: version, ...files };
}

/** Has a worker deploy one commit after the other, and kills it at any moment. */
async function killOne(): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", program, stage.home, BOT], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), gone.then(() => Promise.reject(new Error("it ended by itself")))]);
  await new Promise((later) => setTimeout(later, Math.random() * 3_000));
  child.kill("SIGKILL");
  await gone;
}

it("ends with the commit it ran before, whole, and says interrupted", async () => {
  const one = stage.commit(lay("one"), "One");
  await stage.put(one, { build, watchSeconds: 1 });
  writeFileSync(`${stage.at}/own.db`, "data");
  await stage.runs();
  const two = stage.commit({ ...lay("two"), "only-one": null }, "Two");
  writeFileSync(`${stage.home}/commits`, `${two}\n${one}\n`);
  await stage.worker.close();

  const steps = new Set<string>();
  for (let n = 0; n < killsOr(4) || steps.size < 2; n++) {
    await killOne();
    const left = readdirSync(`${stage.own}/deploys`)
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const { status, number } = JSON.parse(readFileSync(`${stage.own}/deploys/${name}/record.json`, "utf8"));
        if (status.state === "running") steps.add(status.step);
        // What waited is made by the next worker that is asked to.
        return status.state === "running" && status.step !== "queued" ? [Number(number)] : [];
      });
    await stage.again();
    const { deploys } = stage.worker;
    const { commit } = await deploys.state(BOT, false);
    const version = commit?.id === two ? "two" : "one";
    for (const [path, text] of Object.entries(lay(version))) expect(await stage.read(path)).toBe(text);
    const other = version === "one" ? "two" : "one";
    expect(readdirSync(stage.at)).not.toContain(`only-${other}`);
    expect(readdirSync(stage.at).filter((name) => /^\.botyard/.test(name))).toEqual([]);
    expect(await stage.read("own.db")).toBe("data");
    for (const number of left) expect((await deploys.get(BOT, number)).status.state).toMatch(/interrupted|done/);
    expect((await stage.leftovers()).filter((name) => !name.startsWith("git/"))).toEqual([]);
    await vi.waitFor(() => expect(stage.state()).toBe("running"), patience);
    const last = async () => (await stage.read("starts")).trim().split("\n").at(-1);
    await vi.waitFor(async () => expect(await last()).toBe(version), patience);
    expect(stage.worker.said).toEqual([]);
    await stage.worker.close();
  }
  await stage.again();
  expect((await stage.deploy({ commit: two, again: true })).status.state).toBe("done");
}, 240_000);
