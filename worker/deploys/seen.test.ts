import { expect, test } from "vitest";
import type { Deploy } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import { logged } from "./making";
import { deploysSeen, withoutPaths } from "./seen";

const refusal = new AppError("deploy_conflict", { count: 2, paths: "src/.env, bot.js" });
const failed: Deploy = {
  botId: "abcdefghij",
  number: 1,
  cause: { kind: "person", name: "Ada" },
  branch: "main",
  from: null,
  to: null,
  startedAt: 1,
  status: {
    state: "failed",
    code: refusal.code,
    values: { ...refusal.values },
    message: refusal.message,
    conflicts: [
      { path: "src/.env", why: "changed" },
      { path: "bot.js", why: "changed" },
    ],
  },
};
const { deploy, log } = deploysSeen([".env", "secrets/**"]);

test("a deploy that hidden files were in the way of says so without their names", () => {
  expect(deploy(failed).status).toMatchObject({
    values: { count: 2, paths: "…, bot.js" },
    conflicts: [{ path: "bot.js" }],
  });
  expect(JSON.stringify(deploy(failed))).not.toContain(".env");
  expect(deploysSeen([]).deploy(failed)).toBe(failed);
  // One that came in the way only while files were placed is named by the refusal alone.
  const { conflicts: _none, ...late } = failed.status as Extract<Deploy["status"], { state: "failed" }>;
  expect(JSON.stringify(deploy({ ...failed, status: late }))).not.toContain(".env");
  const unsafe = new AppError("deploy_unsafe", { path: "secrets/a", why: "leads up" });
  const { code, values, message } = unsafe;
  expect(deploy({ ...failed, status: { state: "failed", code, values: { ...values }, message } }).status).toMatchObject(
    {
      values: { path: "…" },
      message: expect.not.stringContaining("secrets"),
    },
  );
});

test("whoever only watches hears of no file at all", () => {
  expect(JSON.stringify(withoutPaths(failed))).not.toMatch(/\.env|bot\.js/);
  expect(withoutPaths(failed).status).toMatchObject({ state: "failed", code: "deploy_conflict" });
});

test("the log names what is in the way on lines of their own, of which hidden ones are left blank", () => {
  const text = `In the way: src/.env\nIn the way: bot.js\nFailed: ${logged(refusal)}\n`;
  expect(log({ text, end: 1, ended: true }).text).toBe(
    "In the way: …\nIn the way: bot.js\nFailed: 2 of the bot's files are in the way: …. Keep what you need under other names, or discard your changes.\n",
  );
});
