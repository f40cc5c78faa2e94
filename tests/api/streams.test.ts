import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { actorOf } from "../../src/server/actor";
import { revokeKey } from "../../src/server/keys";
import { keyOf } from "../../src/server/testing/panel";
import { freePort } from "../support/free-port";
import { openRealPanel, type Person, type RealPanel } from "../support/real-panel";
import { serve } from "../support/served";

/*
 * Server-sent events, read by curl from a real worker through a real port.
 */

let panel: RealPanel;
let web: Awaited<ReturnType<typeof serve>>;
let owner: Person;
let botId: string;
let key: string;

beforeAll(async () => {
  const port = String(await freePort());
  vi.stubEnv("BOTYARD_GATEWAY_PORT", port);
  panel = await openRealPanel({ BOTYARD_GATEWAY_PORT: port });
  web = await serve();
  owner = await panel.person("otto");
  botId = await panel.newBot(owner, "demo");
  key = await newKey();
});
afterAll(async () => {
  await web?.close();
  await panel?.close();
  vi.unstubAllEnvs();
});
const running: ChildProcess[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.kill("SIGKILL");
});

async function newKey(person = owner): Promise<string> {
  const { authorization = "" } = await keyOf(panel.db, person.id, new Date(Date.now() + 600_000));
  return authorization;
}

type Said = { id?: string; event?: string; data?: string };
/** What curl has read so far, event by event; `ended` once it is over. */
function curl(path: string, headers: string[] = [], authorization = key) {
  const args = ["-sN", ...[`authorization: ${authorization}`, ...headers].flatMap((one) => ["-H", one])];
  const child = spawn("curl", [...args, `${web.url}/api${path}`], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let text = "";
  const state = { ended: false };
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  child.once("close", () => {
    state.ended = true;
  });
  const said = (): Said[] =>
    text
      .split("\n\n")
      .slice(0, -1)
      .map((one) => Object.fromEntries(one.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2))));
  return {
    child,
    state,
    text: () => text,
    said,
    lines: () => said().flatMap(({ id, data }) => (id && data ? [{ id, ...JSON.parse(data) }] : [])),
  };
}
const patience = { interval: 50 };
const command = (name: string) => panel.ask(owner.asker, "POST", `/v1/bots/${botId}/${name}`);

test("a log goes on where it was broken off, without loss or double", async () => {
  const whole = curl(`/v1/bots/${botId}/log/stream`);
  await vi.waitFor(() => expect(whole.text()).toContain("retry:"), patience);
  expect((await command("start")).status).toBe(200);
  await vi.waitFor(() => expect(whole.lines().length).toBeGreaterThan(3), patience);
  const broken = curl(`/v1/bots/${botId}/log/stream`);
  await vi.waitFor(() => expect(broken.lines().length).toBeGreaterThan(1), patience);
  broken.child.kill("SIGKILL");
  const [, second] = broken.lines();
  expect((await command("restart")).status).toBe(200);
  await vi.waitFor(() => expect(whole.text()).toContain('"run":2'), patience);
  const again = curl(`/v1/bots/${botId}/log/stream`, [`last-event-id: ${second?.id}`]);
  expect((await command("stop")).status).toBe(200);
  const isOver = (lines: { run: number; mark?: { kind: string } }[]) =>
    lines.some(({ run, mark }) => run === 2 && mark?.kind === "ended");
  await vi.waitFor(() => expect([isOver(whole.lines()), isOver(again.lines())]).toEqual([true, true]), patience);
  const ids = whole.lines().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(again.lines().map(({ id }) => id)).toEqual(ids.slice(ids.indexOf(second?.id ?? "") + 1));
});

test("all that becomes of one's bots is told, and nothing of others'", async () => {
  const stranger = await panel.person("stina");
  const mine = curl("/v1/events?host=true");
  const theirs = curl("/v1/events", [], await newKey(stranger));
  await vi.waitFor(() => expect(mine.text()).toContain(`"botId":"${botId}"`), patience);
  await vi.waitFor(() => expect(theirs.text()).toContain("retry:"), patience);
  expect((await command("start")).status).toBe(200);
  await vi.waitFor(() => expect(mine.text()).toContain('"state":"running"'), patience);
  await vi.waitFor(() => expect(mine.text()).toContain('"name":"host.sample"'), patience);
  expect(theirs.text()).not.toContain(botId);
  const refused = curl(`/v1/bots/${botId}/log/stream`, [], await newKey(stranger));
  await vi.waitFor(
    () => expect(JSON.parse(refused.text())).toMatchObject({ status: 404, code: "not_found" }),
    patience,
  );
});

test("a stream ends with the key that opened it, and within seconds where nobody says so", async () => {
  const said = await newKey();
  const silent = await newKey();
  const streams = [said, silent].map((one) => curl("/v1/events", [], one));
  await vi.waitFor(() => expect(streams.every((one) => one.text().includes(botId))).toBe(true), patience);
  const keyId = (await actorOf(new Headers({ authorization: said })))?.keyId ?? "";
  const person = await actorOf(new Headers(owner.asker));
  if (!person) throw new Error("nobody");
  await revokeKey(person, keyId);
  await vi.waitFor(() => expect(streams[0]?.state.ended).toBe(true), { ...patience, timeout: 5_000 });
  const again = curl("/v1/events", [], silent);
  await vi.waitFor(() => expect(again.text()).toContain(botId), patience);
  const other = (await actorOf(new Headers({ authorization: silent })))?.keyId ?? "";
  await panel.db.apiKey.delete({ where: { id: other } });
  await vi.waitFor(() => expect(again.state.ended).toBe(true), { ...patience, timeout: 5_000 });
});

test("who reads slowly holds up nobody, and is told how many lines were left out", async () => {
  const LINES = 150_000;
  const flood = `import { writeSync } from "node:fs";\nfor (let n = 0; n < ${LINES}; n += 1) writeSync(1, \`line \${n} \${"x".repeat(150)}\\n\`);`;
  const slowBot = await panel.newBot(owner, "flood");
  const on = (method: string, path: string, body?: object) =>
    panel.ask(owner.asker, method, `/v1/bots/${slowBot}${path}`, body);
  expect((await on("PUT", "/files/content", { path: "index.js", text: flood })).status).toBe(200);
  const slow = await fetch(`${web.url}/api/v1/bots/${slowBot}/log/stream`, { headers: { authorization: key } });
  expect((await on("PATCH", "", { settings: { restart: { mode: "never" } } })).status).toBe(200);
  expect((await on("POST", "/start")).status).toBe(200);
  await vi.waitFor(async () => expect((await on("GET", "/runs")).text).toContain('"exit":{'), {
    ...patience,
  });
  // Only now it is read.
  const reader = slow.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    text += read.value;
    if (text.includes('"kind":"ended"') && text.endsWith("\n\n")) break;
  }
  await reader?.cancel();
  const missed = [...text.matchAll(/event: missed\ndata: {"lines":(\d+)}/g)].map(([, count]) => Number(count));
  const numbers = [...text.matchAll(/"text":"line (\d+) x/g)].map(([, number]) => Number(number));
  expect(missed.length).toBeGreaterThan(0);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.length + missed.reduce((sum, count) => sum + count, 0)).toBe(LINES);
});

test("one person reads so many streams and no more, until one is closed", async () => {
  const many = Array.from({ length: 8 }, () => curl("/v1/events"));
  await vi.waitFor(() => expect(many.every((one) => one.text().includes("retry:"))).toBe(true), patience);
  const ninth = await fetch(`${web.url}/api/v1/events`, { headers: { authorization: key } });
  expect([ninth.status, ninth.headers.get("retry-after")]).toEqual([429, "5"]);
  expect(await ninth.json()).toMatchObject({ code: "streams_many" });
  many[0]?.child.kill("SIGKILL");
  await vi.waitFor(async () => {
    const gone = new AbortController();
    const answer = await fetch(`${web.url}/api/v1/events`, { headers: { authorization: key }, signal: gone.signal });
    const { status } = answer;
    gone.abort();
    expect(status).toBe(200);
  }, patience);
});
