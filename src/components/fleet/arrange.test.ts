import { expect, test } from "vitest";
import type { BotView } from "#contracts/api/bots";
import { type BotLive, botSettings } from "#contracts/bot";
import type { ProcessStatus } from "#contracts/process";
import { arrange, countStates, type Row, type Sorting } from "./arrange";

const bot = (name: string, createdAt = 0): BotView => ({
  id: `id${name.toLowerCase().replace(/\W/g, "")}`,
  name,
  runtime: "node",
  entry: "index.js",
  source: { kind: "template", template: "demo-js" },
  settings: botSettings.parse({}),
  owner: { id: "u", name: "Ada" },
  nodeId: "n",
  hasToken: false,
  tokenOptional: false,
  createdAt,
  updatedAt: 0,
  trusted: true,
  panelReach: "none",
  hidesPaths: false,
  tags: [],
  permissions: [],
  live: null,
});
const live = (status: ProcessStatus, cpu?: number): BotLive => ({
  status,
  desired: "up",
  restarts: 0,
  install: { state: "none" },
  samples: cpu === undefined ? [] : [{ at: 1, cpu, memory: cpu * 1000 }],
  isolation: { level: "none", kill: "marker" },
});
const running = (since: number, cpu?: number) => live({ state: "running", pid: 1, run: 1, since, ready: "ready" }, cpu);
const parked = live({ state: "parked", since: 1, reason: { code: "token_invalid", values: {} } });

const rows: Row[] = [
  { bot: bot("Bot 10", 1), live: running(500, 5) },
  { bot: bot("bot 2", 3), live: running(100, 50) },
  { bot: bot("Äffchen", 2), live: parked },
  { bot: bot("Unseen", 4), live: null },
];
const names = (sort: Sorting, search = "", filter: Parameters<typeof arrange>[1]["filter"] = "all") =>
  arrange(rows, { search, filter, sort }).map((row) => row.bot.name);
const byName: Sorting = { by: "name", down: false };

test("names sort as people count", () => {
  expect(names(byName)).toEqual(["Äffchen", "bot 2", "Bot 10", "Unseen"]);
});
test("what needs a person stands first, what is unknown last", () => {
  expect(names({ by: "state", down: false })).toEqual(["Äffchen", "bot 2", "Bot 10", "Unseen"]);
});
test("the busiest, the oldest and the newest can lead", () => {
  expect(names({ by: "cpu", down: true })[0]).toBe("bot 2");
  expect(names({ by: "uptime", down: true }).slice(0, 2)).toEqual(["bot 2", "Bot 10"]);
  expect(names({ by: "newest", down: false })[0]).toBe("Unseen");
});
test("search takes any case and the id; filters take groups", () => {
  expect(names(byName, "ÄFF")).toEqual(["Äffchen"]);
  expect(names(byName, "idbot10")).toEqual(["Bot 10"]);
  expect(names(byName, "", "up")).toEqual(["bot 2", "Bot 10"]);
  expect(names(byName, "", "needsYou")).toEqual(["Äffchen"]);
});
test("a bot nobody can see counts in no group", () => {
  expect(countStates(rows)).toMatchObject({ all: 4, up: 2, needsYou: 1, down: 0 });
});
