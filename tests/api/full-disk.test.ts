import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { homePaths } from "#contracts/home";
import { keyOf, localKey, openTestPanel, type Person, type TestPanel } from "../../src/server/testing/panel";

/*
 * A database whose disk is full: a real Postgres on a real file system of its own. Where none can be mounted nothing is tried.
 */

const MB = 1024 * 1024;
const dir = mkdtempSync(`${tmpdir()}/by-full-`);
const before = process.env.TMPDIR;
let mounted = false;
let panel: TestPanel;
let owner: Person;
let botId: string;

beforeAll(async () => {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return;
  }
  mounted = true;
  // Postgres runs as somebody else.
  chmodSync(dir, 0o711);
  process.env.TMPDIR = dir;
  panel = await openTestPanel("own");
  owner = await panel.person("otto");
  botId = await panel.bot(owner, "one");
});
afterAll(async () => {
  await panel?.close();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  if (mounted) execFileSync("umount", ["-l", dir]);
  rmSync(dir, { recursive: true });
});

const ask = (method: string, path: string, body?: object, asker = owner.asker) =>
  panel.ask(asker, method, `/v1/bots/${botId}${path}`, body);
const set = (at: number) => ask("PUT", `/env/V${at}`, { value: randomBytes(12_000).toString("base64"), secret: false });
const state = async () => ({
  revision: (await panel.db.bot.findUniqueOrThrow({ where: { id: botId } })).revision,
  variables: await panel.db.envVar.count({ where: { botId } }),
  entries: await panel.db.auditEntry.count({ where: { botId } }),
});

test("it is said why nothing can be changed, nothing is half done, and it goes on by itself", async ({ skip }) => {
  if (!mounted) return skip("no file system can be mounted here");
  // A panel that starts makes its keys first.
  localKey();
  const key = await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000));
  expect((await set(0)).status).toBe(200);
  expect(() => writeFileSync(`${dir}/all`, Buffer.alloc(256 * MB))).toThrow("ENOSPC");
  let refused = await state();
  let last: Awaited<ReturnType<typeof ask>> | undefined;
  // What has room in pages that are there already still goes.
  for (let at = 1; at < 200 && last === undefined; at += 1) {
    refused = await state();
    const answer = await set(at);
    if (answer.status !== 200) last = answer;
  }
  expect(last).toMatchObject({
    status: 503,
    body: { code: "database_full", detail: expect.stringContaining("disk is full") },
  });
  expect(await state()).toEqual(refused);
  const kept = panel.worker.definitions.get(botId);
  expect([kept?.revision, kept?.env.length]).toEqual([refused.revision, refused.variables]);
  // Looking goes on, also with a key that was never used before.
  expect((await ask("GET", "/env")).status).toBe(200);
  expect((await ask("GET", "", undefined, key)).status).toBe(200);
  rmSync(`${dir}/all`);
  expect((await set(500)).status).toBe(200);
});

test("that the disk is full is said also when it made the database end", async ({ skip }) => {
  if (!mounted) return skip("no file system can be mounted here");
  mkdirSync(homePaths(panel.home).postgres, { recursive: true });
  await panel.stopDatabase();
  expect((await ask("GET", "")).body).toMatchObject({ code: "database_away" });
  expect(() => writeFileSync(`${dir}/all`, Buffer.alloc(256 * MB))).toThrow("ENOSPC");
  expect((await ask("GET", "")).body).toMatchObject({ code: "database_full" });
});
