import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { fileFind, fileSearch, tokenSearch } from "#contracts/file-search";
import { type RpcName, rpc } from "#contracts/rpc";
import { BOT as botId } from "../../worker/files/stage";
import { createSession } from "../../worker/sftp/session";
import { packet, Type } from "../../worker/sftp/wire";
import { sftpClient } from "../security/support/file-sftp";
import { HIDDEN, type HiddenWorld, hidden, openHidden, SECRET } from "./hidden-world";

/*
 * Paths that are hidden from a member do not exist for them: in no call of the worker and in no request of SFTP. A call that is not in the
 * table fails this test, so that a new one is thought of.
 */

let stage: HiddenWorld["stage"];
let ask: HiddenWorld["ask"];
let ended: HiddenWorld["ended"];
let seen: HiddenWorld["seen"];
let close: HiddenWorld["close"];
let before: unknown;
beforeAll(async () => {
  ({ stage, ask, ended, seen, close } = await openHidden());
  before = seen();
});
afterAll(() => close?.());

const codeOf = (answer: unknown) => z.object({ code: z.string() }).parse(answer).code;
const codesOf = (answer: unknown) =>
  z
    .object({ results: z.array(z.object({ code: z.string().default("done") })) })
    .parse(answer)
    .results.map(({ code }) => code);
const move = (from: string[], more: object) => ({ move: { from, to: "", copy: false, conflict: "refuse", ...more } });
const missing = (answer: unknown) => expect(codeOf(answer)).toBe("file_missing");
/** Says nothing of what is hidden. */
const silent = (answer: unknown) =>
  expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${SECRET}|\\.env|"secrets|deep|x\\.key|"only/here|"version`));

const calls: Partial<Record<RpcName, () => Promise<void>>> = {
  "files.list": async () => {
    for (const path of ["", "src", "only"])
      silent(await ask("files.list", { query: { path, order: "name", descending: false, offset: 0, limit: 100 } }));
    for (const path of ["secrets", "secrets/deep", "secrets/none"])
      missing(await ask("files.list", { query: { path, order: "name", descending: false, offset: 0, limit: 100 } }));
  },
  "files.read": async () => {
    for (const path of HIDDEN) missing(await ask("files.read", { path }));
  },
  "files.write": async () => {
    for (const path of [...HIDDEN, "secrets/new", "new.key", "free/.env"]) {
      missing(await ask("files.write", { write: { path, text: "evil", etag: null }, author: "x" }));
      missing(await ask("files.write", { write: { path, text: "evil" }, author: "x" }));
    }
  },
  "files.makeFolder": async () => {
    for (const path of [...HIDDEN, "secrets/new", "free/.env"]) missing(await ask("files.makeFolder", { path }));
  },
  "files.move": async () => {
    for (const copy of [false, true])
      for (const conflict of ["refuse", "overwrite", "keepBoth"]) {
        const from = codesOf(await ask("files.move", move(HIDDEN, { to: "free", copy, conflict })));
        expect(from).toEqual(HIDDEN.map(() => "file_missing"));
        for (const to of [{ to: "secrets" }, { name: ".env" }, { to: "only", name: "here.txt" }, { name: "secrets" }])
          expect(codesOf(await ask("files.move", move(["bot.js"], { ...to, copy, conflict })))).toEqual([
            "file_missing",
          ]);
      }
    // As a whole a folder would take along what they do not see, or come to where it would be hidden.
    expect(codesOf(await ask("files.move", move(["src", "only"], { to: "free" })))).toEqual([
      "file_holds_hidden",
      "file_holds_hidden",
    ]);
    await stage.files.makeFolder(botId, "free/only");
    await stage.files.write(botId, { path: "free/only/here.txt", text: "mine" }, "x");
    await stage.files.move(botId, { from: ["only"], to: "", name: "kept", copy: false, conflict: "refuse" });
    for (const copy of [false, true])
      expect(codesOf(await ask("files.move", move(["free/only"], { copy })))).toEqual(["file_holds_hidden"]);
    await stage.files.move(botId, { from: ["kept"], to: "", name: "only", copy: false, conflict: "refuse" });
    // A copy is of what they see.
    expect(codesOf(await ask("files.move", move(["src"], { to: "free", copy: true })))).toEqual(["done"]);
    expect(readdirSync(join(stage.at, "free/src"))).toEqual(["inner.js"]);
  },
  "files.remove": async () => {
    expect(codesOf(await ask("files.remove", { paths: [...HIDDEN, "src", "only"] }))).toEqual([
      ...HIDDEN.map(() => "file_missing"),
      "file_holds_hidden",
      "file_holds_hidden",
    ]);
  },
  "files.setMode": async () => {
    for (const path of HIDDEN) missing(await ask("files.setMode", { path, mode: 0o777 }));
  },
  "files.usage": async () => silent(await ask("files.usage", {})),
  "files.trash": async () => {
    const paths = z.object({ entries: z.array(z.object({ path: z.string() })) }).parse(await ask("files.trash", {}));
    expect(paths.entries.map(({ path }) => path)).toEqual(["gone"]);
  },
  "files.restore": async () => {
    const all = (await stage.files.trash(botId)).map(({ id, path }) => [path, id]);
    const id = (path: string) => all.find(([one]) => one === path)?.[1];
    expect(codeOf(await ask("files.restore", { trashId: id("free/.env") }))).toBe("trash_gone");
    expect(codeOf(await ask("files.restore", { trashId: id("gone") }))).toBe("file_holds_hidden");
  },
  "files.purge": async () => {
    await ask("files.purge", {});
    expect((await stage.files.trash(botId)).map(({ path }) => path).sort()).toEqual(["free/.env", "gone"]);
  },
  "files.history": async () => {
    for (const path of HIDDEN) missing(await ask("files.history", { path }));
  },
  "files.version": async () => {
    const [version] = await stage.files.history(botId, ".env");
    expect(version?.author).toBe("Ada");
    missing(await ask("files.version", { path: ".env", versionId: version?.id }));
  },
  "files.search": async () => {
    const answer = await ask("files.search", { search: fileSearch.parse({ text: SECRET, everywhere: true }) });
    expect(answer).toMatchObject({ files: [], next: null });
    missing(await ask("files.search", { search: fileSearch.parse({ text: "x", path: "secrets" }) }));
  },
  "files.find": async () => {
    silent(await ask("files.find", { search: fileFind.parse({ text: "e", folders: true, everywhere: true }) }));
    missing(await ask("files.find", { search: fileFind.parse({ text: "x", path: "secrets/deep" }) }));
  },
  "files.tokens": async () => {
    const search = tokenSearch.parse({ everywhere: true });
    expect(await ask("files.tokens", { search }, [])).toMatchObject({
      files: [".env", "only/here.txt", "secrets/deep/a.txt", "src/.env", "src/x.key"].map((path) => ({ path })),
    });
    expect(await ask("files.tokens", { search })).toMatchObject({ files: [] });
  },
  "transfers.upload": async () => {
    const file = (path: string) => ({ path, size: 1 });
    for (const path of [...HIDDEN, "secrets/new", "free/.env"]) {
      const request = { to: "", files: [file("ok"), file(path)], folders: [], conflict: "overwrite" };
      missing(await ask("transfers.upload", { request }));
    }
    missing(
      await ask("transfers.upload", { request: { to: "secrets", files: [file("a")], folders: [], conflict: "skip" } }),
    );
    missing(
      await ask("transfers.upload", { request: { to: "", files: [], folders: ["secrets/b"], conflict: "skip" } }),
    );
  },
  "transfers.taken": async () => {
    expect(
      await ask("transfers.taken", { request: { to: "", paths: [".env", "secrets/deep/a.txt", "src/x.key"] } }),
    ).toEqual({ taken: [] });
  },
  // Of the asker's own transfers, which were asked for as they may see.
  "transfers.uploads": async () => expect(await ask("transfers.uploads", {})).toEqual({ uploads: [] }),
  "transfers.uploadState": async () => gone("transfers.uploadState"),
  "transfers.finish": async () => gone("transfers.finish"),
  "transfers.state": async () => gone("transfers.state"),
  "transfers.cancel": async () => gone("transfers.cancel"),
  "transfers.formats": async () => silent(await ask("transfers.formats", {})),
  "transfers.preview": async () => {
    missing(await ask("transfers.preview", { request: { path: "secrets/good.zip", to: "" } }));
    for (const to of ["", "free", "secrets"])
      missing(await ask("transfers.preview", { request: { path: "bad.zip", to } }));
  },
  "transfers.extract": async () => {
    const request = (path: string, to: string) => ({ request: { path, to, conflict: "overwrite" } });
    missing(await ended(ask("transfers.extract", request("secrets/good.zip", ""))));
    // Refused whole.
    missing(await ended(ask("transfers.extract", request("bad.zip", "free"))));
    missing(await ended(ask("transfers.extract", request("bad.zip", "secrets"))));
    expect(readdirSync(join(stage.at, "free"))).not.toContain("fine");
  },
  "transfers.pack": async () => {
    const request = (names: string[], path: string, folder = "") => ({
      request: { selection: { folder, names }, format: "tar", path, conflict: "overwrite" },
    });
    missing(await ended(ask("transfers.pack", request([".env"], "a.tar"))));
    missing(await ended(ask("transfers.pack", request([], "a.tar", "secrets"))));
    missing(await ended(ask("transfers.pack", request(["bot.js"], "secrets/a.tar"))));
    missing(await ended(ask("transfers.pack", request(["bot.js"], "free/.env"))));
    expect(await ended(ask("transfers.pack", request([], "a.tar")))).toMatchObject({ state: "done", placed: 1 });
    const packed = readFileSync(join(stage.at, "a.tar"), "latin1");
    expect(packed).toContain("src/inner.js");
    expect(packed).not.toMatch(new RegExp(`${SECRET}|src/\\.env|secrets/|(?<!free/)only/here`));
  },
  "transfers.pull": async () => {
    const request = { url: "https://example.com/a", to: "secrets", conflict: "overwrite" };
    missing(await ended(ask("transfers.pull", { request })));
    missing(await ended(ask("transfers.pull", { request: { ...request, to: "free", name: ".env" } })));
  },
};
const gone = async (name: RpcName) =>
  expect(codeOf(await ask(name, { transferId: "abcdefghijklmnop" }))).toBe("transfer_gone");

test("every call about files is in the table", () => {
  const all = Object.keys(rpc).filter((name) => /^(files|transfers)\./.test(name));
  expect(Object.keys(calls).sort()).toEqual(all.sort());
});

for (const [name, tried] of Object.entries(calls))
  test(`${name}: what is hidden is not there, and stays as it is`, async () => {
    await tried();
    expect(seen()).toEqual(expect.arrayContaining(Array.isArray(before) ? before : []));
  });

test("over SFTP, request by request, nothing hidden is there either", async () => {
  const tally = { add() {}, bytes() {}, close: () => {} };
  const session = createSession({
    files: async () => (await stage.files.bot(botId)).seenBy(hidden),
    allow: () => {},
    tally: tally as unknown as Parameters<typeof createSession>[0]["tally"],
  });
  const send = async (bytes: Buffer) => (await session.answer(bytes.subarray(4))).subarray(4);
  await send(packet(Type.init, 3));
  let id = 3;
  const client = sftpClient({ ask: (type, ...fields) => send(packet(type, ++id, ...fields)), close() {} });
  for (const path of [...HIDDEN, "secrets/new", "free/.env", "/src/../.env"])
    for (const [what, act] of Object.entries(client)) {
      const { done, said } = await act(path);
      expect([path, what, done]).toEqual([path, what, false]);
      expect(said).not.toContain(SECRET);
    }
  for (const [path, what] of [
    ["src", "rename from"],
    ["only", "replace from"],
  ] as const)
    expect([path, (await client[what]?.(path))?.done]).toEqual([path, false]);
  const listed = await client.list?.("");
  expect(listed?.done).toBe(true);
  expect(listed?.said).toContain("bot.js");
  expect(listed?.said).not.toMatch(/\.env|secrets/);
  await session.close();
  expect(seen()).toEqual(expect.arrayContaining(Array.isArray(before) ? before : []));
});

test("patterns mean what a .gitignore means by them; case counts, and a folder hides all below it", async () => {
  const isThere = async (pattern: string, path: string) => {
    const bot = (await stage.files.bot(botId)).seenBy([pattern]);
    try {
      bot.jail.assertSeen(path.split("/"));
      return true;
    } catch {
      return false;
    }
  };
  for (const [pattern, path, there] of [
    [".env", "a/b/.env", false],
    [".env", "a/.env.example", true],
    [".env", ".ENV", true],
    [".env*", ".env.local", false],
    ["secrets/**", "secrets", false],
    ["secrets/**", "secrets/a/b", false],
    ["secrets/**", "a/secrets", true],
    ["secrets/", "a/secrets/b", false],
    ["/secrets", "a/secrets", true],
    ["**/x/*.js", "a/x/b.js", false],
    ["**/x/*.js", "a/x/y/b.js", true],
    ["a?c", "abc", false],
    ["[a]", "a", true],
    ["(a|b)", "a", true],
    [`${"*a".repeat(60)}b`, "a".repeat(255), true],
    ["**", "anything", false],
  ] as const)
    expect([pattern, path, await isThere(pattern, path)]).toEqual([pattern, path, there]);
});
