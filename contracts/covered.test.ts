import { expect, test } from "vitest";
import { covered, holdsSecrets } from "./covered";

const token = [Buffer.from("123456789012345678").toString("base64url"), "GaBcDe", "x".repeat(38)].join(".");

test("a .env keeps its names, switches and small numbers", () => {
  const text = [
    "# my bot",
    "PORT=3000",
    "DEBUG=true",
    "A=",
    `export TOKEN="${token}"`,
    "KEY='a",
    "b'",
    "#OLD=x",
    "loose",
  ];
  expect(covered(".env.local", text.join("\n"))).toBe(
    [
      "# my bot",
      "PORT=3000",
      "DEBUG=true",
      "A=",
      "export TOKEN=••••••••",
      "KEY=••••••••",
      "#OLD=••••••••",
      "••••••••",
    ].join("\n"),
  );
  expect(covered(".env", "PORT=3000\n")).toBeNull();
});

test("a TOML is covered where name or look says so, and nowhere else", () => {
  const text = [
    'name = "bot" # mine',
    'token = "one#two"',
    "pass.password = 'x'",
    'list = ["a", "b"]',
    `web = "${token}"`,
    'db = "postgres://u:p@h/db"',
    'inline = { api_key = "k", port = 1, deep = { secret = 2 } }',
    'keys = [ "k1",',
    '  "k2" ]',
    'long_secret = """',
    "line",
    '"""',
    "after = 1",
    '# token = "old"',
    "[secrets]",
    'any = "thing"',
    "[[server]]",
    'host = "h"',
    'empty_token = ""',
    'broken_token = "never closed',
    "x = 1",
  ].join("\n");
  expect(covered("config.toml", text)).toBe(
    [
      'name = "bot" # mine',
      'token = "••••••••"',
      "pass.password = '••••••••'",
      'list = ["a", "b"]',
      'web = "••••••••"',
      'db = "••••••••"',
      'inline = { api_key = "••••••••", port = 1, deep = { secret = •••••••• } }',
      'keys = [ "••••••••",',
      '  "••••••••" ]',
      'long_secret = """••••••••"""',
      "after = 1",
      "# token = ••••••••",
      "[secrets]",
      'any = "••••••••"',
      "[[server]]",
      'host = "h"',
      'empty_token = ""',
      'broken_token = "••••••••"',
      "x = 1",
    ].join("\n"),
  );
});

test("other files are nobody's secret by their name", () => {
  expect(covered("index.js", `const token = "${token}"`)).toBeNull();
  expect(covered("config.toml", 'name = "x"\nport = 1\n')).toBeNull();
});

test.each([".env", "src/.env.local", "production.env"])("%s may hold secrets", (path) => {
  expect(holdsSecrets(path)).toBe(true);
});
test.each(["env.js", "environment", ".envrc.md/x"])("%s is an ordinary file", (path) => {
  expect(holdsSecrets(path)).toBe(false);
});
