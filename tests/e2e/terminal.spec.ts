import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { startPm2 } from "./pm2";
import { test } from "./shared";

/*
 * The panel without its pages, from a terminal.
 */

test("the command line does the same, with stable fields and exit codes", async ({ shared: { panel } }) => {
  test.setTimeout(180_000);
  const made = await panel.cli(["create", "--template", "demo-js", "--name", "From CLI", "--start", "--json"]);
  expect(made).toMatchObject({ code: 0 });
  expect(JSON.parse(made.out)).toMatchObject({ name: "From CLI", state: "running", runtime: "node", restarts: 0 });
  expect((await panel.cli(["send", "from cli", "hi", "you"])).code).toBe(0);
  await expect.poll(async () => (await panel.cli(["logs", "From CLI"])).out).toContain("You typed: hi you");
  expect(await panel.cli(["env", "set", "From CLI", "GREETING", "hi"])).toMatchObject({ code: 0 });
  expect((await panel.cli(["env", "list", "From CLI"])).out).toContain("GREETING=hi");
  expect((await panel.cli(["stop", "From CLI"])).out).toContain("stopped");
  expect(await panel.cli(["start", "nobody"])).toMatchObject({ code: 3 });
  expect(await panel.cli(["frobnicate"])).toMatchObject({ code: 2 });
  expect(await panel.cli(["delete", "From CLI"])).toMatchObject({ code: 2 });
  expect(await panel.cli(["delete", "From CLI", "--yes"])).toMatchObject({ code: 0 });
  expect((await panel.cli(["status"])).out).toContain("ok: web ok, worker ok, database ok");
  expect(await panel.cli(["doctor"])).toMatchObject({ code: 0 });
});

test("bots of a PM2 are taken over: none twice, none lost, and it is said what cannot be", async ({
  shared: { panel },
}) => {
  test.setTimeout(180_000);
  const theirs = startPm2();
  const names = ["first", "second"];
  const lived = () => names.map((name) => theirs.lives(name).length);
  try {
    await expect.poll(lived).toEqual([1, 1]);
    const look = await panel.cli(["import", "pm2", theirs.dump, "--dry-run"]);
    expect(look).toMatchObject({ code: 0 });
    expect(look.out).toContain("+ max_memory_restart: a limit of 200 MB.");
    expect(look.out).toContain("- cron_restart:");
    expect(await panel.cli(["import", "pm2", theirs.dump])).toMatchObject({ code: 2 });
    const moved = await panel.cli(["import", "pm2", theirs.dump, "--yes"]);
    expect(moved.out).toContain("first: running. Taken over from PM2.");
    expect(moved).toMatchObject({ code: 0 });
    expect(theirs.count()).toBe(0);
    expect(JSON.parse(readFileSync(theirs.dump, "utf8"))).toEqual([]);
    await expect.poll(lived).toEqual([2, 2]);
    for (const name of names) {
      const [before, after, ...more] = theirs.lives(name);
      expect(more).toEqual([]);
      expect(before?.to).toBeLessThan(after?.from ?? 0);
    }
    expect((await panel.cli(["logs", "first"])).out).toContain("first says hi --loud");
    expect((await panel.cli(["env", "list", "first"])).out).toContain("GREETING=hi");
    expect(await panel.cli(["stop", "first", "second"])).toMatchObject({ code: 0 });
  } finally {
    theirs.close();
  }
});
