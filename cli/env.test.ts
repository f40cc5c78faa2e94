import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAccess } from "./env";
import { keepLogins } from "./login";

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

test("of several panels that were signed in to the first is asked, and BOTYARD_URL names another with its key", () => {
  const file = join(home, "config", "botyard", "login.json");
  const panels = [
    { url: "https://one.example", token: "1" },
    { url: "https://two.example", token: "2" },
  ];
  keepLogins(file, { panels });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(file))).toEqual(["login.json"]);
  const env = { XDG_CONFIG_HOME: join(home, "config") };
  expect(readAccess(env)).toEqual({ ...panels[0], source: "login", home: null });
  expect(readAccess({ ...env, BOTYARD_URL: "https://two.example/" })).toMatchObject({ token: "2", source: "login" });
  expect(readAccess({ ...env, BOTYARD_URL: "https://two.example.evil" })).toMatchObject({ token: null });
  keepLogins(file, { panels: [] });
  expect(existsSync(file)).toBe(false);
});

test.each([
  [{ BOTYARD_URL: "panel.example" }, "no address"],
  [{ BOTYARD_URL: "file:///etc" }, "no address"],
  [{ BOTYARD_TOKEN: "secret\nkey" }, "no key"],
])("%j is refused, and a key is not said again", (env, why) => {
  expect(() => readAccess({ BOTYARD_HOME: home, ...env })).toThrow(new RegExp(`^(?!.*secret).*${why}`));
});
