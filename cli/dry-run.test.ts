import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { operations } from "./operations";
import { makeProgram } from "./program";
import { runHere } from "./testing/here";

/* With --dry-run nothing is written, whatever the command: what there is to try is taken from the catalogue and from the program itself. */

let server: Server;
let folder: string;
let cwd: string;
/** What was asked of the panel, but for what only looks. */
let written: string[];

beforeAll(async () => {
  const bot = { id: "aaaaaaaaaa", name: "one", permissions: ["console:read"], live: null, owner: {} };
  const known = {
    id: "one",
    name: "one",
    email: "one",
    userId: "one",
    tag: null,
    url: "x",
    sha256: "",
    files: [],
    key: "one",
  };
  const lists = [
    "users",
    "members",
    "tags",
    "variables",
    "keys",
    "bans",
    "entries",
    "deploys",
    "uploads",
    "versions",
    "invites",
  ];
  const all = {
    ended: true,
    bots: [bot],
    workerAway: false,
    next: null,
    total: 0,
    ahead: [],
    lines: [],
    ...Object.fromEntries(lists.map((list) => [list, [known]])),
  };
  server = createServer((request, response) => {
    if (request.method !== "GET") written.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(all));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "by-dry-"));
  cwd = process.cwd();
  process.chdir(folder);
  vi.stubEnv("BOTYARD_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("BOTYARD_TOKEN", "t");
  vi.stubEnv("HOME", folder);
  vi.stubEnv("PM2_HOME", folder);
  vi.stubEnv("XDG_CONFIG_HOME", folder);
});
afterAll(() => {
  process.chdir(cwd);
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  written = [];
});

const looks = ["live.ticket", "env.preview"];
test("no operation that changes something gets through, and none that cannot be done back asks first", async () => {
  const writing = operations().filter(({ meta, name }) => meta.writes && !looks.includes(name));
  expect(writing.filter(({ meta }) => meta.destructive).length).toBeGreaterThan(20);
  for (const { name, takesBytes } of writing) {
    const { out } = await runHere(
      "call",
      name,
      "--dry-run",
      "--data",
      '{"value":"hush"}',
      ...(takesBytes ? ["--body", "/dev/null"] : []),
    );
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, operation: name });
    expect(out).not.toContain("hush");
  }
  expect(written).toEqual([]);
});

const leaves = (command: Command, above: readonly string[] = []): { words: string[]; command: Command }[] =>
  command.commands.length > 0
    ? command.commands.flatMap((one) => leaves(one, [...above, one.name()]))
    : [{ words: [...above], command }];

/** These read standard input, or go on for ever. */
const left = ["setup", "mcp", "__complete"];
const needed: Readonly<Record<string, readonly string[]>> = {
  create: ["--template", "demo-js"],
  "key create": ["--everything"],
  "files upload": ["--to", "x"],
  ...Object.fromEntries(
    ["members add", "members update", "members invite", "tag share"].map((name) => [name, ["--preset", "viewer"]]),
  ),
};
const value: Readonly<Record<string, string>> = {
  number: "1",
  mode: "644",
  url: "https://x.example",
  kind: "address",
  shell: "bash",
};

test.each(["behind", "before"])("no command writes with --dry-run %s it, neither there nor here", async (where) => {
  let stopped = 0;
  for (const { words, command } of leaves(makeProgram("0"))) {
    const name = words.join(" ");
    if (left.includes(name)) continue;
    const args = command.registeredArguments.map((one) => value[one.name()] ?? "one");
    const line = [...words, ...args, ...(needed[name] ?? [])];
    const { out } = await runHere(...(where === "before" ? ["--dry-run", ...line] : [...line, "--dry-run"])).catch(
      () => ({ out: "" }),
    );
    if (out.startsWith('{"dryRun":true')) stopped += 1;
    expect([name, written]).toEqual([name, []]);
  }
  expect(stopped).toBeGreaterThan(35);
  expect(readdirSync(folder).filter((one) => one.includes("botyard"))).toEqual([]);
});
