import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TokenPlan } from "#contracts/token-move";
import { runOneBot } from "./support/one-bot";

/* A token that stands among a bot's files, and what a save of a file of settings is refused for, with a real worker. */

const { world, ask, inside, grant } = runOneBot("written");

describe("a token in a file", () => {
  const OTHER = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "c".repeat(38)].join(".");
  const place = { path: "bot.js", line: 2 };
  const plan = async (more: object = {}): Promise<TokenPlan> =>
    JSON.parse((await ask("POST", "/env/token/plan", { ...place, ...more })).text);
  const historyOf = async (path: string) => {
    const { versions } = JSON.parse((await ask("GET", `/files/history?path=${path}`)).text);
    return Promise.all(
      versions.map(async ({ id }: { id: string }) => (await ask("GET", `/files/history/${id}?path=${path}`)).text),
    );
  };

  test("moves into a secret; no answer, no activity and no earlier version has it", async () => {
    for (const text of [`// first\nclient.login("${OTHER}");\n`, `// second\nclient.login("${OTHER}");\n`])
      expect((await ask("PUT", "/files/content", { path: "bot.js", text })).status).toBe(200);
    expect((await historyOf("bot.js")).join()).toContain(OTHER);
    const planned = await ask("POST", "/env/token/plan", { ...place, key: "BOT_TOKEN" });
    expect(planned.text).not.toContain(OTHER);
    expect(planned.body).toMatchObject({
      key: "BOT_TOKEN",
      taken: false,
      why: null,
      changes: [{ line: 2, before: ['client.login("••••••••");'], after: ["client.login(process.env.BOT_TOKEN);"] }],
    });
    const { etag } = await plan({ key: "BOT_TOKEN" });
    const done = await ask("POST", "/env/token/move", { ...place, key: "BOT_TOKEN", etag });
    expect(done).toMatchObject({ status: 200, body: { key: "BOT_TOKEN", rewritten: true } });
    expect(readFileSync(inside("bot.js"), "utf8")).toBe("// second\nclient.login(process.env.BOT_TOKEN);\n");
    expect((await ask("POST", "/env/BOT_TOKEN/reveal", {})).body).toEqual({ value: OTHER });
    const history = await historyOf("bot.js");
    expect(history).toHaveLength(2);
    expect(history.join()).not.toContain(OTHER);
    expect(history.join()).toContain("REDACTED");
    expect((await ask("GET", "/activity")).text).not.toContain(OTHER);
    const holds = spawnSync("grep", ["-rlF", OTHER, world.panel.home], { encoding: "utf8" }).stdout;
    expect(holds).toBe("");
  });

  test("stays where it was when the file is another by now, or may not be changed", async () => {
    const text = `// third\nclient.login("${OTHER}");\n`;
    writeFileSync(inside("bot.js"), text);
    const { etag } = await plan();
    await grant(["bot:view", "env:read", "env:write", "file:read"]);
    const before = (await ask("GET", "/env")).text;
    expect((await ask("POST", "/env/token/move", { ...place, key: "T", etag }, world.member)).body).toMatchObject({
      values: { permission: "file:write" },
    });
    writeFileSync(inside("bot.js"), `${text}// more`);
    expect((await ask("POST", "/env/token/move", { ...place, key: "T", etag })).body).toMatchObject({
      code: "file_changed",
    });
    expect((await ask("POST", "/env/token/plan", { ...place, line: 1 })).body).toMatchObject({ code: "token_gone" });
    await grant(["bot:view", "env:write", "file:write"]);
    expect((await ask("POST", "/env/token/plan", place, world.member)).status).toBe(403);
    expect((await ask("POST", "/env/token/plan", place, world.stranger)).status).toBe(404);
    expect((await ask("POST", "/env/token/plan", { path: "../x", line: 1 })).body).toMatchObject({
      code: "path_unsafe",
    });
    expect((await ask("GET", "/env")).text).toBe(before);
  });

  test("of a file of values becomes a secret, and the file is left as it is", async () => {
    writeFileSync(inside("config.json"), `{\n  "token": "${OTHER}"\n}\n`);
    const file = { path: "config.json", line: 2 };
    const { etag, why, key } = await plan(file);
    expect([why, key]).toEqual(["data", "DISCORD_TOKEN"]);
    expect((await ask("POST", "/env/token/move", { ...file, key: "JSON_TOKEN", etag })).body).toEqual({
      key: "JSON_TOKEN",
      rewritten: false,
    });
    expect(readFileSync(inside("config.json"), "utf8")).toContain(OTHER);
    expect((await ask("POST", "/env/JSON_TOKEN/reveal", {})).body).toEqual({ value: OTHER });
  });
});

test("a TOML is refused where it stops being one, unless it is wanted so; nothing of it is repeated", async () => {
  const good = "# kept\nport = 1 # as it is\n";
  const write = (text: string, more: object = { check: "toml" }) =>
    ask("PUT", "/files/content", { path: "config.toml", text, ...more });
  expect((await write(good)).status).toBe(200);
  const broken = await write('port = 1\npassword = "hunter2hunter2" "\n');
  expect(broken).toMatchObject({
    status: 422,
    body: { code: "toml_broken", values: { path: "config.toml", line: 2, column: 29 } },
  });
  expect(broken.text).not.toContain("hunter2");
  expect(readFileSync(inside("config.toml"), "utf8")).toBe(good);
  expect((await write("port = \n", {})).status).toBe(200);
  expect(readFileSync(inside("config.toml"), "utf8")).toBe("port = \n");
});
