import { expect, test } from "vitest";
import { rewrite } from "./rewrite";

// Put together here, so that no scanner takes it for a leaked one.
const token = [Buffer.from("123456789012345678").toString("base64url"), "GaBcDe", "x".repeat(38)].join(".");
const KEY = "DISCORD_TOKEN";

/** The line, or all lines, after the token in the last line moved; why not, where it is left. */
function moved(path: string, ...lines: string[]): string | null {
  const text = lines.join("\n").replaceAll("TOKEN!", token);
  const at = text.split("\n").findIndex((line) => line.includes(token)) + 1;
  const done = rewrite(path, text, at, KEY);
  expect(JSON.stringify(done.changes)).not.toContain(token);
  return done.text ?? done.why;
}

test.each([
  ['client.login("TOKEN!");', "client.login(process.env.DISCORD_TOKEN);"],
  ["const token = 'TOKEN!' // mine", "const token = process.env.DISCORD_TOKEN // mine"],
  ["  token: `TOKEN!`,", "  token: process.env.DISCORD_TOKEN,"],
  ['  "token": "TOKEN!",', '  "token": process.env.DISCORD_TOKEN,'],
  ['start({ prefix: 1, token: "TOKEN!" }).then(go)', "start({ prefix: 1, token: process.env.DISCORD_TOKEN }).then(go)"],
  ['const t = process.env.T || "TOKEN!";', "const t = process.env.T || process.env.DISCORD_TOKEN;"],
  ['  // client.login("TOKEN!")', '  // client.login("DISCORD_TOKEN")'],
  ['return "TOKEN!"\r', "return process.env.DISCORD_TOKEN\r"],
])("JavaScript reads it where that is certain: %s", (line, after) => {
  expect(moved("src/index.js", line)).toBe(after);
});

test.each([
  ['const header = "Bot TOKEN!";'],
  ['say("x", "TOKEN!")'],
  ["`a TOKEN!`"],
  ['const o = { "TOKEN!": 1 }'],
  ["<Bot token='TOKEN!' />"],
  ['go("TOKEN!" + more)'],
  ["token = TOKEN!"],
])("JavaScript is left alone where it is not: %s", (line) => {
  expect(moved("index.mjs", line)).toBe("unsure");
});

test("what stands inside of a text or a comment of several lines is left alone", () => {
  expect(moved("a.js", "const page = `", '  token = "TOKEN!"', "`")).toBe("unsure");
  expect(moved("a.js", "/*", '  token = "TOKEN!"', "*/")).toBe("unsure");
  expect(moved("a.py", '"""', 'token = "TOKEN!"', '"""')).toBe("unsure");
});

test("TypeScript is told that it is there, but for what may be an enumeration", () => {
  expect(moved("a.ts", 'client.login("TOKEN!");')).toBe("client.login(process.env.DISCORD_TOKEN!);");
  expect(moved("a.ts", "enum E {", '  Token = "TOKEN!",', "}")).toBe("unsure");
});

test("Python reads it, with what that needs", () => {
  expect(moved("main.py", "import os, discord", 'client.run("TOKEN!")')).toBe(
    'import os, discord\nclient.run(os.environ["DISCORD_TOKEN"])',
  );
  expect(
    moved("main.py", '"""A bot."""', "from __future__ import annotations", "import discord", "", "TOKEN = 'TOKEN!'"),
  ).toBe(
    '"""A bot."""\nfrom __future__ import annotations\nimport os\nimport discord\n\nTOKEN = os.environ["DISCORD_TOKEN"]',
  );
  expect(moved("main.py", 'run("TOKEN!")')).toBe("unsure");
  expect(moved("main.py", "import os", 'run(f"TOKEN!")')).toBe("unsure");
  expect(moved("main.py", "import os", 'print("#", "TOKEN!")')).toBe("unsure");
  expect(moved("main.py", "import x", "os = 1", 'run("TOKEN!")')).toBe("unsure");
  expect(moved("main.py", '# run("TOKEN!")')).toBe('# run("DISCORD_TOKEN")');
});

test("of a .env the line goes, when it has the variable's name", () => {
  expect(moved(".env", "A=1", 'DISCORD_TOKEN="TOKEN!" # mine', "B=2")).toBe("A=1\nB=2");
  expect(moved(".env", "A=1\r", "export DISCORD_TOKEN=TOKEN!\r", "B=2\r")).toBe("A=1\r\nB=2\r");
  expect(moved(".env", "TOKEN=TOKEN!")).toBe("otherName");
  expect(moved(".env", "DISCORD_TOKEN=Bot TOKEN!")).toBe("unsure");
});

test("files of values cannot read anything, and of others nothing is known", () => {
  for (const name of ["config.json", "config.toml", "a.yml"]) expect(moved(name, '"token": "TOKEN!"')).toBe("data");
  for (const name of ["run.sh", "README.md", "token", "constructor"]) expect(moved(name, '"TOKEN!"')).toBe("unsure");
});

test("a line without a token is said to have none, and a second one keeps the line as it is", () => {
  expect(() => rewrite("a.js", "nothing", 1, KEY)).toThrow(expect.objectContaining({ code: "token_gone" }));
  expect(() => rewrite("a.js", token, 2, KEY)).toThrow(expect.objectContaining({ code: "token_gone" }));
  expect(moved("a.js", `go("TOKEN!", "${token.replace("Ga", "Gb")}")`)).toBe("unsure");
});
