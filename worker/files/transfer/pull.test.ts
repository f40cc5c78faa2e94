import { randomBytes } from "node:crypto";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BOT as botId } from "../stage";
import { type Answer, createPullStage } from "./testing/pulls";

/* Files fetched from a real https server on loopback, whose network an admin allowed. */

const MB = 1024 * 1024;
const pulls = createPullStage();
const { reopen, here, begin, stateOf, pull, left, all, owner } = pulls;
beforeEach(pulls.open);
afterEach(pulls.close);

it("a file of some size gets its name when all of it is here", async () => {
  const bytes = randomBytes(3 * MB);
  pulls.answer = (_request, response) => {
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  };
  expect(await pull(here("/d/a%20b.bin?key=1#x"), { to: "src/new" })).toMatchObject({
    state: "done",
    placed: 1,
    name: "a b.bin",
  });
  expect((await readFile(join(pulls.stage.at, "src/new/a b.bin"))).equals(bytes)).toBe(true);
  expect(pulls.server.requests).toEqual(["GET /d/a%20b.bin?key=1"]);
  expect(await left()).toEqual([]);
});

it("tells how far it is, and ends when it is cancelled", async () => {
  pulls.answer = (_request, response) => {
    response.writeHead(200, { "content-length": 9 * MB });
    response.write(Buffer.alloc(MB));
  };
  const { id } = await begin(here());
  await vi.waitFor(async () =>
    expect((await stateOf(id)).status).toEqual({ state: "working", done: MB, total: 9 * MB }),
  );
  expect((await pulls.rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(9 * MB);
  await pulls.rpc.ask("transfers.cancel", { botId, owner, transferId: id });
  expect(await stateOf(id)).toMatchObject({ code: "transfer_gone" });
  expect([await all(), await left()]).toEqual([[], []]);
  expect((await pulls.rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(0);
});

it.each([
  ['attachment; filename="../../etc/pass wd"', "pass wd"],
  ["attachment; filename=a.txt", "a.txt"],
  ["attachment; filename=\"x.txt\"; filename*=UTF-8''s%C3%BC%C3%9F.txt", "süß.txt"],
  ["attachment; filename*=UTF-8''..%2F..%2Fevil.js", "evil.js"],
  ['attachment; filename="..\\..\\evil.js"', "evil.js"],
  ['attachment; filename=".npmrc"', "npmrc"],
  ['attachment; filename=".."', "a.bin"],
  ['attachment; filename=""', "a.bin"],
  ['attachment; filename="C:x"', "a.bin"],
  ["attachment; filename*=UTF-8''gpj.%E2%80%AEexe", "gpj.exe"],
  [`attachment; filename="${"x".repeat(400)}.tar"`, `${"x".repeat(251)}.tar`],
  ["inline", "a.bin"],
])("a name that the server says as %j is %j", async (disposition, name) => {
  pulls.answer = (_request, response) => {
    response.setHeader("content-disposition", disposition);
    response.end("x");
  };
  expect(await pull(here())).toMatchObject({ state: "done", name });
  expect(await all()).toEqual([name]);
});

it.each([
  ["/", "download"],
  ["/a/b/", "b"],
  ["/%2e%2e%2fevil", "evil"],
  ["/a%00b", "ab"],
  ["/%ff", "%ff"],
  ["/.env", ".env"],
])("without one the address names it: %s is %s", async (path, name) => {
  expect(await pull(here(path))).toMatchObject({ state: "done", name });
});

it("a given name is taken as it is or refused, and what is taken already is treated as was asked", async () => {
  for (const name of ["../x", "a/b", "a\\b", "..", "a\nb", "x "])
    expect([name, (await begin(here(), { name })).code]).toEqual([name, "path_unsafe"]);
  expect((await begin(here(), { to: "../x" })).code).toBe("path_unsafe");
  expect(pulls.server.requests).toEqual([]);
  await writeFile(join(pulls.stage.at, "b.txt"), "old");
  expect(await pull(here(), { name: "b.txt" })).toMatchObject({ state: "failed", code: "file_exists" });
  expect(await pull(here(), { name: "b.txt", conflict: "skip" })).toMatchObject({ state: "done", skipped: 1 });
  expect(await pull(here(), { name: "b.txt", conflict: "keepBoth" })).toMatchObject({ state: "done", placed: 1 });
  expect(await readFile(join(pulls.stage.at, "b.txt"), "utf8")).toBe("old");
  expect(await pull(here(), { name: "b.txt", conflict: "overwrite" })).toMatchObject({ state: "done", placed: 1 });
  expect(await all()).toEqual(["b (2).txt", "b.txt"]);
  expect(await readFile(join(pulls.stage.at, "b.txt"), "utf8")).toBe("bytes");
});

it("the server does not choose what is overwritten", async () => {
  await writeFile(join(pulls.stage.at, "index.js"), "mine");
  pulls.answer = (_request, response) => {
    response.setHeader("content-disposition", 'attachment; filename="index.js"');
    response.end("evil");
  };
  expect(await pull(here(), { conflict: "overwrite" })).toMatchObject({ state: "done", name: "a.bin" });
  expect(await readFile(join(pulls.stage.at, "index.js"), "utf8")).toBe("mine");
});

it("nothing is written through a link", async () => {
  await symlink(pulls.stage.outside, join(pulls.stage.at, "away"));
  await symlink(join(pulls.stage.outside, "x"), join(pulls.stage.at, "x"));
  expect(await pull(here(), { to: "away" })).toMatchObject({ state: "failed", code: "file_not_folder" });
  expect(await pull(here(), { name: "x", conflict: "overwrite" })).toMatchObject({ state: "done", placed: 1 });
  expect(await readdir(pulls.stage.outside)).toEqual([]);
});

it.each<[string, Answer]>([
  ["is not there", (_request, response) => response.writeHead(404).end("no")],
  ["is only a part", (_request, response) => response.writeHead(206).end("no")],
  ["is packed", (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no")],
  ["leads nowhere", (_request, response) => response.writeHead(302).end()],
  [
    "breaks off",
    (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    },
  ],
  [
    "breaks off without having said its size",
    (_request, response) => {
      response.writeHead(200);
      response.write("half", () => response.destroy());
    },
  ],
])("a file that %s is not taken", async (_what, answers) => {
  pulls.answer = answers;
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  expect([await all(), await left()]).toEqual([[], []]);
});

it("a server that goes quiet is not waited for", async () => {
  await reopen(["127.0.0.0/8"], { patienceMs: 300 });
  pulls.answer = () => {};
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  pulls.answer = (_request, response) => {
    response.writeHead(200);
    response.write("half");
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  expect([await all(), await left()]).toEqual([[], []]);
});

it("a server that sends a few bytes now and then is not listened to for good", async () => {
  await reopen(["127.0.0.0/8"], { graceMs: 300 });
  let dripping: NodeJS.Timeout | undefined;
  pulls.answer = (_request, response) => {
    dripping = setInterval(() => response.write("x"), 20);
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  clearInterval(dripping);
  expect([await all(), await left()]).toEqual([[], []]);
});

it.each(["said", "unsaid"])("more than the bot may have is refused while it comes, its size %s", async (said) => {
  pulls.stage.limits.diskMb = 2;
  let sent = 0;
  pulls.answer = (_request, response) => {
    response.writeHead(200, said === "said" ? { "content-length": 50 * MB } : {});
    const more = () => {
      for (; sent < 50 && !response.destroyed; sent++) if (!response.write(Buffer.alloc(MB))) return;
    };
    response.on("drain", more);
    more();
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "files_over_quota" });
  expect(sent).toBeLessThan(50);
  expect([await all(), await left()]).toEqual([[], []]);
  expect((await pulls.rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(0);
});
