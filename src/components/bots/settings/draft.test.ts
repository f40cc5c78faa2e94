import { describe, expect, it } from "vitest";
import { botSettings } from "#contracts/bot";
import { type Draft, draftOf, readDraft, rebased, without } from "./draft";

const settings = botSettings.parse({});
const bot = { name: "Bot", runtime: "node", entry: "index.js", settings } as const;
const read = (changes: Partial<Draft>) => readDraft({ ...draftOf(bot), ...changes });

describe("the settings form", () => {
  it("comes back as it went in", () => {
    const custom = botSettings.parse({
      restart: { mode: "always", doneCodes: [0, 3], backoffMs: 1_500, crashWindowMs: 90_000 },
      stop: { signal: "SIGTERM", graceMs: 0 },
      ready: { line: "ready!", timeoutMs: 5_000 },
      args: ["--port", "a b"],
      shards: 2,
      install: false,
      limits: { memoryMb: 512, cpuPercent: 150, processes: 0, diskMb: 2_000 },
      logs: { keepMb: 64, keepDays: 0 },
    });
    expect(readDraft(draftOf({ ...bot, settings: custom }))).toEqual({
      faults: {},
      settings: custom,
      name: "Bot",
      entry: "index.js",
    });
  });

  it("shows times in seconds and minutes", () => {
    expect(draftOf(bot)).toMatchObject({
      backoff: "1",
      backoffMax: "600",
      forget: "10",
      crashWindow: "10",
      grace: "10",
    });
  });

  it("takes an empty limit for none, and shows none as empty", () => {
    expect(draftOf(bot)).toMatchObject({ memory: "", cpu: "", disk: "", processes: "1024" });
    expect(read({ processes: " " }).settings?.limits).toMatchObject({ memoryMb: 0, processes: 0 });
  });

  it.each<[Partial<Draft>, keyof Draft, string]>([
    [{ name: "a/b" }, "name", "name"],
    [{ name: "   " }, "name", "name"],
    [{ name: "x".repeat(65) }, "name", "name"],
    [{ entry: "../x.js" }, "entry", "entry"],
    [{ entry: "/etc/passwd" }, "entry", "entry"],
    [{ entry: "--inspect" }, "entry", "entry"],
    [{ doneCodes: "0, 256" }, "doneCodes", "codes"],
    [{ doneCodes: "zero" }, "doneCodes", "codes"],
    [{ backoff: "" }, "backoff", "number"],
    [{ backoff: "-1" }, "backoff", "number"],
    [{ backoffMax: "601" }, "backoffMax", "number"],
    [{ crashLimit: "2.5" }, "crashLimit", "number"],
    [{ shards: "NaN" }, "shards", "number"],
    [{ grace: "-1" }, "grace", "number"],
    [{ readyTimeout: "1e9" }, "readyTimeout", "number"],
    [{ memory: "8" }, "memory", "number"],
    [{ keepMb: "" }, "keepMb", "number"],
    [{ args: Array(51).fill("x").join("\n") }, "args", "args"],
    [{ readyLine: "x".repeat(201) }, "readyLine", "line"],
  ])("says where %o is wrong", (changes, field, wrong) => {
    const result = read(changes);
    expect(result.faults).toEqual({ [field]: wrong });
    expect(result.settings).toBeNull();
  });

  it("reads a decimal comma, spaces between codes and empty lines between arguments", () => {
    const result = read({ backoff: "1,5", doneCodes: " 0 3;3 ", args: "a\n\n b\n" });
    expect(result.faults).toEqual({});
    expect(result.settings?.restart).toMatchObject({ backoffMs: 1_500, doneCodes: [0, 3] });
    expect(result.settings?.args).toEqual(["a", " b"]);
  });
});

it("forgets what was wrong with an answer once it changes, and leaves nothing in its place", () => {
  expect(without({ name: "name", backoff: "number" }, { name: "x" })).toStrictEqual({ backoff: "number" });
});

it("keeps what was typed while it was saved, and what somebody else saved meanwhile", () => {
  const opened = draftOf(bot);
  const sent = { ...opened, grace: "20" };
  const theirs = { ...opened, args: "--verbose" };
  // What is sent: this change alone.
  const mine = rebased(sent, opened, theirs);
  expect(mine).toEqual({ ...opened, grace: "20", args: "--verbose" });
  // What is shown when that is answered: a name was typed meanwhile, and is still to be saved.
  const saved = { ...mine, grace: "20.5" };
  expect(rebased({ ...mine, name: "Bot 2" }, mine, saved)).toEqual({ ...saved, name: "Bot 2" });
});
