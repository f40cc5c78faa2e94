import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { SWAPPER } from "../testing/swapper";
import { BOT, botOf, createDeployStage, SEAL, type Served, type Stage, serveRepositories } from "./testing/stage";

/* What lets git in stays where it is; who is not signed is not heard; and the bot may swap what it likes. */

// Each start is watched until it has earned to be called running, and a test makes several.
vi.setConfig({ testTimeout: 120_000 });

let served: Served;
let stage: Stage;
const asked: { authorization: string | undefined }[] = [];
beforeAll(async () => {
  served = await serveRepositories((request) => {
    asked.push({ authorization: request.headers.authorization });
    return false;
  });
});
afterAll(() => served.close());
beforeEach(async () => {
  asked.length = 0;
  stage = await createDeployStage(served);
});
afterEach(() => stage.remove());

it("gives the token to git alone: in no argument, file or log", async () => {
  const first = stage.commit({ "index.js": botOf("one") });
  const token = "ghp_very-secret-token-0123456789";
  await stage.put(first, { more: { credentials: { token: { user: "me", sealed: `${SEAL}${token}` } } } });
  stage.commit({ "index.js": botOf("two") });
  const seen: string[] = [];
  const look = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        if (line.includes("git")) seen.push(line);
      } catch {
        // It is gone by now.
      }
    }
  }, 50);
  const { number, status } = await stage.deploy();
  clearInterval(look);
  expect(status.state).toBe("done");
  const basic = Buffer.from(`me:${token}`).toString("base64");
  expect(asked.map(({ authorization }) => authorization)).toContain(`Basic ${basic}`);
  expect(seen.some((line) => line.includes("fetch"))).toBe(true);
  for (const secret of [token, basic]) {
    expect(seen.filter((line) => line.includes(secret))).toEqual([]);
    expect(await stage.log(number)).not.toContain(secret);
    for (const folder of ["git", "deploys"])
      for (const found of await readdir(`${stage.own}/${folder}`, { recursive: true, withFileTypes: true }))
        if (found.isFile()) expect(await readFile(`${found.parentPath}/${found.name}`, "latin1")).not.toContain(secret);
  }
});

it("places nothing outside while the bot swaps a folder for a link", async () => {
  const files = (text: string) =>
    Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`dir/file${n}`, `${text}${n}`]));
  await stage.put(stage.commit({ "index.js": botOf("one"), ...files("a") }));
  const outside = `${stage.home}/outside`;
  mkdirSync(outside);
  writeFileSync(`${outside}/file0`, "theirs");
  const bot = spawn(process.execPath, ["-e", SWAPPER, `${stage.at}/dir`, outside], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  // It ends by itself when a folder that was placed is in its way; then it has had its moment.
  const gone = once(bot, "exit");
  await once(bot.stdout, "data");
  for (let n = 0; n < 2; n++) {
    stage.commit({ ...files(`b${n}-`), "index.js": botOf(`${n}`) });
    await stage.deploy({ local: "discard" });
    expect(await readdir(outside)).toEqual(["file0"]);
    expect(await readFile(`${outside}/file0`, "utf8")).toBe("theirs");
  }
  bot.kill("SIGKILL");
  await gone;
});

it("takes a push that is signed, once, and of its branch", async () => {
  await stage.put(stage.commit({ "index.js": botOf("one") }), { more: { webhookSecret: `${SEAL}push-secret` } });
  stage.commit({ "index.js": botOf("two") });
  const push = (body: object, delivery: string, secret = "push-secret") => {
    const bytes = Buffer.from(JSON.stringify(body));
    const signature = `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
    return stage.worker.deploys.webhook(BOT, { body: bytes.toString("base64"), signature, event: "push", delivery });
  };
  const main = { ref: "refs/heads/main", pusher: { name: "bea" } };
  await expect(push(main, "1", "guessed")).rejects.toMatchObject({ code: "webhook_refused" });
  expect(await push({ ...main, ref: "refs/heads/dev" }, "2")).toEqual({ outcome: "ignored", why: "branch" });
  expect(await push(main, "3")).toEqual({ outcome: "started", number: 1 });
  await expect(push(main, "3")).rejects.toMatchObject({ code: "webhook_replayed" });
  await expect(push(main, "4")).rejects.toMatchObject({ code: "webhook_replayed" });
  await vi.waitFor(async () => {
    const now = await stage.worker.deploys.get(BOT, 1);
    expect(now).toMatchObject({ cause: { kind: "webhook", name: "bea" }, status: { state: "done" } });
  });
});
