import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cliProgram } from "../tests/support/cli";

/* On a real terminal, which script(1) makes. */

let server: Server;
let url: string;
let deleted = false;
let away = false;

beforeAll(async () => {
  const bot = { id: "aaaaaaaaaa", owner: {}, live: null };
  const bots = Array.from({ length: 50 }, (_, n) => ({ ...bot, name: n === 0 ? "one" : `日本 ${n}` }));
  server = createServer((request, response) => {
    deleted ||= request.method === "DELETE";
    if (away) return void request.socket.destroy();
    const all = { bots, users: [{ id: "bbbbbbbbbb", name: "one", email: "one@example.com" }], workerAway: false };
    const body = JSON.stringify({ ...all, next: null, samples: [] });
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Starts it; `script` hands on what is typed, and ends as it ends. */
async function onTerminal(...args: string[]) {
  const line = ["stty cols 60 rows 12; exec", process.execPath, await cliProgram(), ...args].join(" ");
  const env = { ...process.env, BOTYARD_URL: url, BOTYARD_TOKEN: "t", TERM: "xterm", SHELL: "/bin/sh" };
  const child = spawn("script", ["-qefc", line, "/dev/null"], { env });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (shown += part));
  return {
    type: (text: string) => child.stdin.write(text),
    shows: (text: string) => vi.waitFor(() => expect(shown.includes(text)).toBe(true)),
    shown: () => shown,
    ended: new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code))),
  };
}

test.each([
  ["delete one", "Ctrl-C", "\x03", 1],
  ["delete one", "Ctrl-D", "\x04", 1],
  ["delete one", "another name", "two\r", 2],
  ["user delete one", "another name", "y\r", 2],
])("%s, answered with %s, is a no", async (command, _what, typed, exit) => {
  const terminal = await onTerminal(...command.split(" "));
  await terminal.shows("Type its name to go on:");
  terminal.type(typed);
  expect(await terminal.ended).toBe(exit);
  expect(terminal.shown()).toMatch(/Nothing was changed/);
  expect(deleted).toBe(false);
});

test("top fits the terminal, waits for a panel that is away, and gives back what was there", async () => {
  const terminal = await onTerminal("top", "--interval", "0.5");
  await terminal.shows("… 43 more");
  const [screen = ""] = terminal.shown().split("\x1b[J");
  const lines = screen.replace(/^.*?\x1b\[H/s, "").split("\r\n");
  expect(lines).toHaveLength(11);
  for (const line of lines) expect(line.replace("\x1b[K", "").length).toBeLessThanOrEqual(60);
  away = true;
  await terminal.shows("Nothing answers");
  away = false;
  terminal.type("q");
  expect(await terminal.ended).toBe(0);
  expect(terminal.shown().endsWith("\x1b[?25h\x1b[?1049l")).toBe(true);
});
