import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { BOT, define } from "./fakes";
import { newest, now, put, reaches, setStage, stage, started, supervisor } from "./scene";

setStage();

describe("definitions", () => {
  it("takes higher revisions only and moves the files in once", async () => {
    await put();
    expect(existsSync(`${stage.files}/index.js`)).toBe(true);
    expect(existsSync(`${stage.home}/staged`)).toBe(false);
    await supervisor.put(define({ revision: 3, entry: "three.js" }), `${stage.home}/staged`);
    await supervisor.put(define({ revision: 2, entry: "two.js" }));
    const kept = JSON.parse(await readFile(`${stage.home}/bots/${BOT}/definition.json`, "utf8"));
    expect(kept).toMatchObject({ revision: 3, entry: "three.js" });
  });

  it("leaves nothing half-made of a bot whose files cannot be moved in", async () => {
    await expect(supervisor.put(define(), `${stage.home}/nowhere`)).rejects.toMatchObject({ code: "disk_unwritable" });
    expect(existsSync(`${stage.home}/bots/${BOT}`)).toBe(false);
    expect(now()).toBeUndefined();
  });

  it("removes a bot with its folder, but never a folder source", async () => {
    const lives = await stage.staged("elsewhere");
    await supervisor.put(define({ source: { kind: "folder", path: lives } }));
    await supervisor.command(BOT, "start");
    await reaches("starting");
    expect(newest().spec?.cwd).toBe(lives);
    await supervisor.remove(BOT);
    expect(newest().killed).toBe(true);
    expect(existsSync(`${stage.home}/bots/${BOT}`)).toBe(false);
    expect(existsSync(`${lives}/index.js`)).toBe(true);
    expect(stage.states.at(-1)).toBe("removed");
    await supervisor.remove(BOT);
  });
});

describe("a bot in a folder of this server", () => {
  it("neither starts nor shows its files once no admin stands for it, until one does", async () => {
    const source = { kind: "folder", path: await stage.staged("elsewhere") } as const;
    await supervisor.put(define({ source, trusted: false }));
    await supervisor.command(BOT, "start");
    await reaches("parked");
    expect(now()?.status).toMatchObject({ reason: { code: "folder_untrusted" } });
    expect(stage.launched).toEqual([]);
    expect(() => supervisor.filesOf(BOT)).toThrow(expect.objectContaining({ code: "folder_untrusted" }));
    await supervisor.put(define({ source, revision: 2 }));
    expect(supervisor.filesOf(BOT)?.folders.files).toBe(source.path);
    await supervisor.command(BOT, "start");
    await reaches("starting");
  });
});

describe("many bots", () => {
  it("start a few at a time", async () => {
    const ids = Array.from({ length: 6 }, (_, n) => `manybots0${n}`);
    for (const id of ids) await supervisor.put(define({ id }), await stage.staged(id));
    await Promise.all(ids.map((id) => supervisor.command(id, "start")));
    await started(4);
    const waits = () => ids.filter((id) => supervisor.get(id)?.status.state === "preparing").length;
    await vi.waitFor(() => expect(waits()).toBe(2));
    stage.clock.advance(5_000);
    await started(6);
  });
});
