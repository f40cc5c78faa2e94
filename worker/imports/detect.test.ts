import { describe, expect, test } from "vitest";
import { holdsToken } from "#contracts/token";
import { en } from "#contracts/words/en";
import { detect } from "./detect";
import { leastNode } from "./manifest";
import { startedBy, startedByDocker, startedByScripts } from "./started";

/** Detects over files given as path → text. */
const see = (files: Record<string, string>, node = "20.19.0", names: string[] = []) =>
  detect(
    Object.entries(files).map(([path, text]) => ({ path, size: text.length, text })),
    { node, names },
  );

const pkg = (fields: object) => JSON.stringify(fields);
const bot = 'const { Client } = require("discord.js"); client.login(process.env.DISCORD_TOKEN)';

describe("the entry", () => {
  test.each<[string, Record<string, string>, string, string]>([
    [
      "the start script before main",
      {
        "package.json": pkg({
          main: "a.js",
          scripts: { start: "NODE_ENV=production node --enable-source-maps ./src/run.js" },
        }),
        "a.js": "",
        "src/run.js": "",
      },
      "node",
      "src/run.js",
    ],
    [
      "main before a usual name",
      { "package.json": pkg({ main: "./lib/main" }), "index.js": "", "lib/main.js": "" },
      "node",
      "lib/main.js",
    ],
    [
      "main that is a folder",
      { "package.json": pkg({ main: "lib" }), "lib/index.js": "", "x.js": "" },
      "node",
      "lib/index.js",
    ],
    [
      "the usual name when main is not there",
      { "package.json": pkg({ main: "index.js" }), "bot.js": "" },
      "node",
      "bot.js",
    ],
    ["index.js before bot.js", { "bot.js": "", "index.js": "" }, "node", "index.js"],
    ["a file that signs in before a usual name", { "index.js": "", "odd-name.js": bot }, "node", "odd-name.js"],
    [
      "the bot, not its command files",
      { "commands/ping.js": bot, "deploy-commands.js": bot, "src/bot.js": bot },
      "node",
      "src/bot.js",
    ],
    ["main.py", { "main.py": "", "requirements.txt": "discord.py", "tools.py": "" }, "python", "main.py"],
    [
      "the python file that runs the bot",
      { "whatever.py": "import discord\nbot.run(token)", "utils.py": "import discord" },
      "python",
      "whatever.py",
    ],
    [
      "python beside a stray package.json of a formatter",
      {
        "bot.py": "import discord\nclient.run('x')",
        "requirements.txt": "discord.py",
        "package.json": pkg({ devDependencies: { prettier: "3" } }),
      },
      "python",
      "bot.py",
    ],
    [
      "what the Procfile says",
      { Procfile: "worker: python other.py", "other.py": "", "main.py": "" },
      "python",
      "other.py",
    ],
    [".mjs", { "index.mjs": "" }, "node", "index.mjs"],
  ])("is %s", (_what, files, runtime, entry) => expect(see(files)).toMatchObject({ runtime, entry }));

  test("comes with everything else it could be, best first, and a reason each", () => {
    const files = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`src/file${i}.js`, ""]));
    const { entries, entry } = see({ ...files, "index.js": bot });
    expect(entries).toHaveLength(50);
    expect(entries[0]).toEqual({ path: "index.js", runtime: "node", why: en.detect.why.login });
    expect(entry).toBe("index.js");
  });

  test("is nothing where there is nothing to run", () => {
    expect(see({ "README.md": "" })).toMatchObject({
      runtime: null,
      entry: null,
      entries: [],
      warnings: [en.detect.warning.nothingToRun],
    });
  });
});

describe("warnings", () => {
  test("a broken package.json is said, and does not stop the guess", () => {
    const { warnings, entry } = see({ "package.json": "{ name: ", "index.js": "" });
    expect(warnings[0]).toContain("package.json cannot be read");
    expect(entry).toBe("index.js");
    expect(see({ "package.json": "[]", "index.js": "" }).warnings[0]).toContain("package.json cannot be read");
    expect(see({ "package.json": pkg({ scripts: 5, main: [], engines: "x" }), "index.js": "" })).toMatchObject({
      warnings: [],
      entry: "index.js",
    });
  });

  test("TypeScript that was not built", () => {
    expect(see({ "src/index.ts": "", "types.d.ts": "" }).warnings).toEqual([en.detect.warning.typescriptOnly]);
    const { warnings } = see({ "src/index.ts": "", "package.json": pkg({ main: "dist/index.js" }) });
    expect(warnings.some((text) => text.includes("dist/index.js"))).toBe(true);
  });

  test.each([
    [{ ".nvmrc": "v22.12.0\n" }, "22.12"],
    [{ "package.json": pkg({ engines: { node: ">=22.1 <25" } }) }, "22.1"],
    [{ ".node-version": "24" }, "24"],
    [{ "package.json": pkg({ engines: { node: "^22 || ^24" } }) }, "22"],
    [{ "package.json": pkg({ engines: { node: ">=20.20" } }) }, "20.20"],
  ])("a newer Node than this one is asked for: %j", (files, wanted) => {
    const { warnings } = see({ ...files, "index.js": "" });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(wanted);
    expect(warnings[0]).toContain("Node 20.19");
  });

  test.each(["20", "v18.1.0", "lts/*", "node", ">=16", "^18 || ^22", "*", "<21", "20.19.0"])(
    "no word about a Node that will do: %s",
    (range) => {
      expect(see({ ".nvmrc": range, "index.js": "" }).warnings).toEqual([]);
    },
  );

  test("a token in a file is told without showing it", () => {
    const token = `${Buffer.from("123456789012345678").toString("base64url")}.GabcDe.${"x".repeat(38)}`;
    const { warnings } = see({ "config.json": pkg({ token }), "index.js": `client.login("${token}")` });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain("config.json");
    expect(warnings.join()).not.toContain(token.slice(0, 10));
  });

  test("what only looks a little like a token is none", () => {
    const jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6.IkpXVC.J9eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6";
    expect(holdsToken(jwt)).toBe(false);
    expect(holdsToken("your.token.here")).toBe(false);
    expect(holdsToken("a".repeat(1_000_000))).toBe(false);
  });

  test("are never more than 20", () => {
    const token = `${Buffer.from("123456789012345678").toString("base64url")}.GabcDe.${"x".repeat(38)}`;
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.env`, token]));
    expect(see(files).warnings).toHaveLength(20);
  });
});

test.each<[Record<string, string>, string]>([
  [{ "index.js": "" }, "none"],
  [{ "index.js": "", "package.json": pkg({}) }, "none"],
  [{ "index.js": "", "package.json": pkg({ dependencies: { a: "1" } }) }, "npm"],
  [{ "index.js": "", "package.json": pkg({}), "package-lock.json": "{}" }, "npm"],
  [{ "index.js": "", "package.json": pkg({}), "pnpm-lock.yaml": "" }, "pnpm"],
  [{ "index.js": "", "package.json": pkg({}), "yarn.lock": "" }, "yarn"],
  [{ "index.js": "", "package.json": pkg({ packageManager: "pnpm@9.0.0", dependencies: { a: "1" } }) }, "pnpm"],
  [{ "main.py": "" }, "none"],
  [{ "main.py": "", "requirements.txt": "" }, "pip"],
  [{ "main.py": "", "pyproject.toml": "" }, "pip"],
])("%j is installed by %s", (files, installer) => expect(see(files).installer).toBe(installer));

test.each<[Record<string, string>, boolean]>([
  [{ "index.js": bot }, false],
  [{ "index.js": "", "package.json": pkg({ dependencies: { "discord.js": "14" } }) }, false],
  [{ "main.py": "import discord" }, false],
  [{ "main.py": "", "requirements.txt": "aiohttp\ndiscord.py>=2" }, false],
  [{ "main.py": "", "pyproject.toml": '[project]\ndependencies = ["py-cord~=2.6"]' }, false],
  [{ "index.js": "console.log(1)" }, true],
])("whether %j can do without a token: %s", (files, tokenOptional) =>
  expect(see(files).tokenOptional).toBe(tokenOptional),
);

test("a name is suggested by the files, else by where they came from", () => {
  expect(see({ "package.json": pkg({ name: "@me/music" }) }).name).toBe("music");
  expect(see({ "pyproject.toml": '[project]\nversion = "1"\nname = "quizzer"\n' }).name).toBe("quizzer");
  expect(see({ "package.json": pkg({ name: "../../x" }) }, "20.0.0", ["my-repo"]).name).toBe("my-repo");
  expect(see({ "package.json": pkg({ name: "a\u202eb" }) }, "20.0.0", ["main", "my-repo"]).name).toBe("my-repo");
  expect(see({ "index.js": "" }).name).toBeNull();
});

test("what a start script, or a Dockerfile, starts is found, and nothing of other programs", () => {
  expect(startedBy("node -r dotenv/config index.js --flag")).toEqual({ file: "index.js" });
  expect(startedBy("cross-env A=1 node --env-file=.env .")).toEqual({ file: "." });
  expect(startedBy("npm run build && node dist")).toEqual({ file: "dist" });
  expect(startedBy("python3 -u -m bot.main --debug")).toEqual({ module: "bot.main" });
  expect(startedBy("tsx src/index.ts")).toEqual({ typescript: "src/index.ts", tool: "tsx" });
  expect(startedBy("node --import tsx ./src/index.ts")).toEqual({ typescript: "src/index.ts", tool: "node" });
  expect(startedBy("next start")).toBeUndefined();
  expect(startedBy(undefined)).toBeUndefined();
  expect(startedByScripts({ scripts: { start: "yarn prod", prod: "npm run x", x: "node a.js" } })).toEqual({
    file: "a.js",
  });
  expect(startedByScripts({ scripts: { start: "npm run start" } })).toBeUndefined();
  expect(startedByDocker('CMD ["npm", "x"]\nCMD [ "python", "-u", "run.py" ]')).toEqual({ file: "run.py" });
  expect(startedByDocker("ENTRYPOINT exec node src/bot.js")).toEqual({ file: "src/bot.js" });
  expect(leastNode(">=22.12.0 <23 || >=24")).toEqual([22, 12]);
});
