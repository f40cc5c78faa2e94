import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAccess } from "./env";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-cli-"));
  mkdirSync(join(home, "secrets"));
  writeFileSync(join(home, "secrets", "cli.key"), "local-key\n");
  chmodSync(join(home, "secrets", "cli.key"), 0o600);
});
afterEach(() => rmSync(home, { recursive: true }));

test("on this machine the key file signs in, at the address the panel wrote down", () => {
  mkdirSync(join(home, "run"));
  writeFileSync(join(home, "run", "address"), "http://127.0.0.1:4000\n");
  expect(readAccess({ BOTYARD_HOME: home })).toMatchObject({
    url: "http://127.0.0.1:4000",
    token: "local-key",
    source: "key file",
  });
});

test("another panel is never shown this machine's key", () => {
  expect(readAccess({ BOTYARD_HOME: home, BOTYARD_URL: "https://panel.example/" })).toMatchObject({
    url: "https://panel.example",
    token: null,
    source: "none",
  });
});

test("a token of the environment goes before the key file", () => {
  expect(readAccess({ BOTYARD_HOME: home, BOTYARD_TOKEN: "t" })).toMatchObject({ token: "t", source: "BOTYARD_TOKEN" });
});
