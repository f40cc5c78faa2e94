import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import type { BotLimits } from "#contracts/bot";
import { groupPids, killGroup } from "./groups";
import { openIsolation } from "./index";
import { foldersOf, home, isolation, isRoot, noLimits, one, openCells, sh, start } from "./testing/cells";

/* What the machine cannot do cannot be tried on it; what is tried says on what it depends. The full set needs root and bubblewrap. */

openCells();

describe("limits that the kernel holds", () => {
  it.runIf(isRoot)("ends a bot that takes too much memory, and tells", async () => {
    expect(isolation.report.limits.memory).toBe("kernel");
    const eats = "const all = []; for (;;) all.push(Buffer.alloc(8e6, 1));";
    const bot = await start(one, ["node", "-e", eats], { limits: { memoryMb: 96 } });
    await bot.ended;
    expect(isolation.limitHit(one, bot.run)).toBe("memory");
    // The next worker sweeps the groups, and still knows.
    const next = await openIsolation({ home, say: () => {}, mode: "off" });
    expect(next.limitHit(one, bot.run)).toBe("memory");
    for (const group of next.groupsOf(one, bot.run)) await expect(stat(group)).rejects.toThrow();
  });

  it.runIf(isRoot)("refuses the process that is one too many, and tells", async () => {
    const many =
      "for (let i = 0; i < 60; i++) require('child_process').spawn('sleep', ['5']).on('error', () => {});setTimeout(() => process.exit(), 300)";
    const bot = await start(one, ["node", "-e", many], { limits: { processes: 32 } });
    await bot.ended;
    expect(isolation.limitHit(one, bot.run)).toBe("processes");
    // Where a bot has no space of its own, what it leaves behind is ended by its group.
    bot.confinement.groups.forEach(killGroup);
    await vi.waitFor(() => expect(groupPids(bot.confinement.groups)).toEqual([]));
    bot.release();
    expect(isolation.limitHit(one, bot.run)).toBeUndefined();
  });

  it("puts a run into no group that would hold nothing for it, and leaves none behind", async () => {
    const folders = foldersOf(one);
    const confine = (limits: BotLimits) => isolation.confine({ botId: one, run: 998, folders, limits, reads: [] });
    const without = (await confine(noLimits)).groups;
    const { groups } = await confine({ ...noLimits, memoryMb: 64, processes: 9 });
    expect(groups).toEqual(expect.arrayContaining([...without]));
    // What only holds limits is not entered where none is asked; what kills is, unless a space of its own kills already.
    for (const group of without) expect(existsSync(`${group}/cgroup.kill`), group).toBe(true);
    if (isolation.report.kill === "namespace") expect(without).toEqual([]);
    expect(isolation.groupsOf(one, 998).toSorted()).toEqual(groups.toSorted());
    isolation.release(one, 998);
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
  });

  it("limits the files one process may hold open", async () => {
    expect((await sh("ulimit -n", [], { limits: { openFiles: 77 } })).out).toBe("77");
  });
});
