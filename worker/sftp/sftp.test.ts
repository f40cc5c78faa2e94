import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { BOT } from "../files/stage";
import { channelOf, openServer, type Server, test, USER } from "./testing/server";

/* SFTP as people use it: OpenSSH's own clients against real files. */

let server: Server;
beforeEach(async () => {
  server = await openServer();
});
afterEach(() => server.close());

test("files go up and come down, whole folders with them, and are called, moved and removed", async () => {
  const load = `${server.dir}/load`;
  mkdirSync(`${load}/deep/er`, { recursive: true });
  const bytes = Buffer.alloc(5_000_001, "0123456789abc");
  writeFileSync(`${load}/large.bin`, bytes);
  writeFileSync(`${load}/deep/er/empty`, "");
  writeFileSync(`${load}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
  const done = await server.batch(
    `put -r ${load} load`,
    "rename load/large.bin load/grown.bin",
    `get -r load ${server.dir}/back`,
    "chmod 600 load/run.sh",
    "ls -la load",
    "mkdir there",
    "rename load/deep there/deep",
    "rm load/grown.bin",
    "df -h",
  );
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(`${server.dir}/back/grown.bin`).equals(bytes)).toBe(true);
  expect(statSync(`${server.dir}/back/run.sh`).mode & 0o777).toBe(0o755);
  expect(statSync(`${server.at}/load/run.sh`).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${server.at}/load`)).toEqual(["run.sh"]);
  expect(statSync(`${server.at}/there/deep/er/empty`).size).toBe(0);
  expect(done.out).toContain("grown.bin");
});

test("scp copies both ways, and half a file is gone on with where it ends", async () => {
  const bytes = Buffer.alloc(300_000, "abc");
  writeFileSync(`${server.dir}/one`, bytes);
  const target = `${USER}@127.0.0.1:`;
  const scp = (...args: string[]) =>
    server.run("scp", ["-q", "-s", ...server.options, "-P", String(server.port), ...args]);
  expect(await scp(`${server.dir}/one`, `${target}/one`)).toMatchObject({ code: 0 });
  expect(await scp(`${target}one`, `${server.dir}/two`)).toMatchObject({ code: 0 });
  expect(readFileSync(`${server.dir}/two`).equals(bytes)).toBe(true);
  writeFileSync(`${server.at}/half`, bytes.subarray(0, 100_000));
  expect(await server.batch(`reput ${server.dir}/one half`)).toMatchObject({ code: 0 });
  expect(readFileSync(`${server.at}/half`).equals(bytes)).toBe(true);
});

test("a folder of thousands is listed page by page, and one file of it is found", async () => {
  mkdirSync(`${server.at}/many`);
  for (let at = 0; at < 2_500; at++) writeFileSync(`${server.at}/many/f${at}`, "");
  const { code, out } = await server.batch("ls -1 many", "ls many/f77");
  expect(code).toBe(0);
  expect(out.split("\n").filter((line) => /^many\/f\d+$/.test(line.trim()))).toHaveLength(2_501);
});

test("nothing leads out of the bot's folder, and what is no file is not opened", async () => {
  writeFileSync(`${server.outside}/secret`, "untouched", { mode: 0o644 });
  symlinkSync(server.outside, `${server.at}/out`);
  symlinkSync("out", `${server.at}/chain`);
  symlinkSync("/proc/self/root", `${server.at}/root`);
  symlinkSync(`${server.outside}/secret`, `${server.at}/pointer`);
  linkSync(`${server.outside}/secret`, `${server.at}/hard`);
  execFileSync("mkfifo", [`${server.at}/pipe`]);
  writeFileSync(`${server.at}/own`, "own");
  writeFileSync(`${server.dir}/evil`, "evil");
  const secrets = [
    "out/secret",
    "chain/secret",
    `root${server.outside}/secret`,
    "pointer",
    "../outside/secret",
    "/../../outside/secret",
  ];
  const tries = [
    ...secrets.flatMap((path) => [
      `get ${path} ${server.dir}/got`,
      `put ${server.dir}/evil ${path}`,
      `chmod 777 ${path}`,
      `rename own ${path}`,
      `rename ${path} taken`,
      `rm ${path}.none`,
    ]),
    "rm out/secret",
    "rm chain/secret",
    "mkdir out/made",
    "rmdir out",
    `put ${server.dir}/evil hard`,
    "chmod 777 hard",
    `get pipe ${server.dir}/got`,
    "symlink /etc etc",
    "ln -s /etc etc",
    "ln own two",
    "rename own ..",
    "rmdir /",
  ];
  for (const one of tries) {
    writeFileSync(`${server.at}/own`, "own");
    const { err } = await server.batch(one);
    // A link itself may be moved, as the bot may move it; what it leads to is what counts.
    if (!/^rename (own )?pointer/.test(one)) expect(err, one).not.toBe("");
  }
  expect((await server.batch("ls -l out/", "ls -l chain")).out).not.toContain("secret");
  expect(readFileSync(`${server.outside}/secret`, "utf8")).toBe("untouched");
  expect(statSync(`${server.outside}/secret`).mode & 0o777).toBe(0o644);
  expect(readdirSync(server.outside)).toEqual(["secret"]);
  expect(readdirSync(server.dir)).not.toContain("got");
});

test("each operation asks for its own permission, and goes on asking while a file is open", async () => {
  writeFileSync(`${server.at}/a`, "a");
  writeFileSync(`${server.dir}/b`, "b");
  server.web.permissions = ["file:sftp", "file:list"];
  for (const one of [
    `get a ${server.dir}/got`,
    `put ${server.dir}/b b`,
    "mkdir d",
    "rm a",
    "rename a c",
    "chmod 600 a",
  ])
    expect((await server.batch(one)).err, one).toContain("ermission denied");
  expect(readdirSync(server.at)).toEqual(["a"]);
  server.web.permissions = ["file:sftp", "file:list", "file:upload"];
  expect(await server.batch(`put ${server.dir}/b b`)).toMatchObject({ code: 0 });
  expect((await server.batch(`put ${server.dir}/b a`)).err).toContain("ermission denied");

  server.web.permissions = ["file:sftp", "file:list", "file:download"];
  const client = await server.connect();
  const sftp = await channelOf(client);
  const handle = await new Promise<Buffer>((resolve, reject) =>
    sftp.open("a", "r", (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  const read = () =>
    new Promise<string>((resolve) => {
      sftp.read(handle, Buffer.alloc(1), 0, 1, 0, (error, count) => resolve(error ? error.message : String(count)));
    });
  expect(await read()).toBe("1");
  server.web.permissions = ["file:sftp", "file:list"];
  await server.sftp.check();
  expect(await read()).toContain("file:download");
  client.end();
});

test("the quota counts while bytes arrive, and what is removed is free again", async () => {
  server.limits.diskMb = 1;
  writeFileSync(`${server.dir}/big`, Buffer.alloc(3 * 1024 * 1024));
  writeFileSync(`${server.dir}/small`, Buffer.alloc(900 * 1024));
  const over = await server.batch(`put ${server.dir}/big big`);
  expect([over.code, over.err]).toEqual([1, expect.stringContaining("Failure")]);
  expect(statSync(`${server.at}/big`).size).toBeLessThanOrEqual(1024 * 1024);
  expect(await server.batch("rm big", `put ${server.dir}/small small`)).toMatchObject({ code: 0 });
  // Written over itself it takes no more than once.
  expect(await server.batch(`put ${server.dir}/small small`)).toMatchObject({ code: 0 });
  expect((await server.batch(`put ${server.dir}/small other`)).code).toBe(1);
  expect((await server.files.usage(BOT)).bytes).toBeLessThanOrEqual(1024 * 1024);
});

test("what was done is told once for a minute and connection, without contents", async () => {
  writeFileSync(`${server.dir}/one`, "secret words");
  await server.batch(
    `put ${server.dir}/one a`,
    `put ${server.dir}/one b`,
    `get a ${server.dir}/got`,
    "mkdir d",
    "rename b d/b",
    "rm a",
    "-get ../../x",
  );
  await vi.waitFor(() => expect(server.web.activity).toHaveLength(1));
  expect(server.web.activity).toMatchObject([
    {
      userId: "u1",
      botId: BOT,
      address: "127.0.0.1",
      written: 2,
      bytesWritten: 24,
      read: 1,
      bytesRead: 12,
      removed: 1,
      renamed: 1,
      foldersMade: 1,
      refused: 1,
      paths: ["a", "b", "d", "d/b", expect.stringContaining("x")],
    },
  ]);
  expect(JSON.stringify(server.web.activity)).not.toContain("secret words");
});
