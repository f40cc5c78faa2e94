import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let ids: string[];
const names = ["Echo", "alpha", "Delta", "bravo", "charlie"];

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  ids = [];
  for (const name of names) ids.push(await panel.bot(owner, name));
});
afterAll(() => panel?.close());

type Bots = { bots: { name: string }[]; next: string | null };
const bots = async (query: string, asker = owner.asker) => {
  const { status, body } = await panel.ask(asker, "GET", `/v1/bots?${query}`);
  return { status, ...(body as Bots) };
};
const named = async (query: string) => (await bots(query)).bots.map(({ name }) => name);

/** Follows `next` to the end. */
async function all<Page extends { next: string | null }>(read: (cursor: string) => Promise<Page>): Promise<Page[]> {
  const pages = [await read("")];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await read(`&cursor=${next}`));
  return pages;
}

test("bots come in pages that hold each once, however they are sorted", async () => {
  const sorted = ["alpha", "bravo", "charlie", "Delta", "Echo"];
  for (const [sort, expected] of [
    ["name", sorted],
    ["created", [...names].reverse()],
    ["updated", [...names].reverse()],
  ] as const) {
    const pages = await all((cursor) => bots(`limit=2&sort=${sort}${cursor}`));
    expect(pages.map((page) => page.bots.length)).toEqual([2, 2, 1]);
    expect(pages.flatMap((page) => page.bots.map(({ name }) => name))).toEqual(expected);
  }
  // One that is made between two pages neither pushes another out nor comes twice.
  const first = await bots("limit=3");
  const late = await panel.bot(owner, "bar");
  expect((await bots(`limit=3&cursor=${first.next}`)).bots.map(({ name }) => name)).toEqual(["Delta", "Echo"]);
  expect((await panel.ask(owner.asker, "DELETE", `/v1/bots/${late}`)).status).toBe(200);
  expect(await bots("")).toMatchObject({ bots: { length: 5 }, next: null });
});

test("bots are found by what they are, and whoever may not see one finds it by nothing", async () => {
  const tag = await panel.db.tag.create({
    data: { ownerId: owner.id, name: "Music", nameKey: "music", bots: { create: { botId: ids[0] ?? "" } } },
  });
  expect(await named("text=ALPH")).toEqual(["alpha"]);
  expect(await named("text=%25")).toEqual([]);
  expect(await named("tag=mUsic")).toEqual(["Echo"]);
  expect(await named(`tag=${tag.id}&limit=1`)).toEqual(["Echo"]);
  expect(await named("runtime=python")).toEqual([]);
  const all = await named("state=stopped,parked,running,starting,preparing,backoff,stopping");
  expect(all.length).toBe((await named("")).filter((name) => all.includes(name)).length);
  const stranger = await panel.person("stina");
  expect((await bots("text=alpha", stranger.asker)).bots).toEqual([]);
  expect((await bots("tag=music", stranger.asker)).bots).toEqual([]);
  for (const bad of ["limit=0", "limit=1001", "cursor=x", "cursor=WzEsMl0", "state=happy", "sort=owner"])
    expect([bad, (await bots(bad)).status]).toEqual([bad, 400]);
});

test("what somebody did comes in pages as well", async () => {
  const [botId] = ids;
  for (const command of ["start", "stop", "restart"])
    await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/${command}`);
  type Page = { entries: { id: string }[]; next: string | null };
  const pages = await all(
    async (cursor) => (await panel.ask(owner.asker, "GET", `/v1/bots/${botId}/activity?limit=2${cursor}`)).body as Page,
  );
  const seen = pages.flatMap(({ entries }) => entries.map(({ id }) => Number(id)));
  expect(seen.length).toBeGreaterThanOrEqual(4);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  for (const list of ["activity", "runs"])
    expect((await panel.ask(owner.asker, "GET", `/v1/bots/${botId}/${list}?cursor=x`)).status).toBe(400);
});
