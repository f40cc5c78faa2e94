import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runCli } from "../tests/support/cli";
import { runHere } from "./testing/here";

/* A panel, or what calls itself one, whose every text holds what a terminal obeys: the clipboard (OSC 52), the title, the cursor, C1, bidi. */

const EVIL = "\x1b]52;c;ZXZpbA==\x07\x9b2J\x1b]0;owned\x07\u202e\x1b[5A\r\n";
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

let server: Server;
let url: string;
/** What is answered instead of a panel's answers. */
let odd: { status: number; type: string; body: string } | undefined;

beforeAll(async () => {
  const of = (value: object) => new Proxy(value, { get: (at, key) => (key in at ? Reflect.get(at, key) : EVIL) });
  const bot = {
    ...{
      id: "aaaaaaaaaa",
      name: `one${EVIL}`,
      runtime: EVIL,
      entry: EVIL,
      source: { kind: EVIL },
      owner: { id: EVIL, name: EVIL },
    },
    ...{ settings: { [EVIL]: EVIL }, permissions: ["console:read"], hasToken: false, createdAt: 0, tags: [] },
    live: { status: { state: "parked", reason: { code: "exited", values: { code: EVIL } } }, samples: [], restarts: 0 },
  };
  const line = { run: 1, offset: 0, next: 9, at: 1, stream: "out", level: "info", text: EVIL };
  const one = {
    id: EVIL,
    name: EVIL,
    key: EVIL,
    value: EVIL,
    title: EVIL,
    path: EVIL,
    type: EVIL,
    fingerprint: EVIL,
    kind: "file",
    mode: 420,
    size: 1,
    changedAt: 0,
  };
  const lists = [
    "variables",
    "entries",
    "keys",
    "checks",
    "tags",
    "bans",
    "deploys",
    "dependencies",
    "broken",
    "outdated",
    "users",
    "members",
  ];
  const any = {
    ...{
      id: EVIL,
      name: EVIL,
      key: EVIL,
      value: EVIL,
      text: EVIL,
      link: EVIL,
      code: EVIL,
      token: EVIL,
      panelUrl: EVIL,
      url: EVIL,
    },
    ...{
      lines: [line],
      hits: [line],
      end: { run: 1, offset: 9 },
      start: null,
      next: null,
      total: 1,
      workerAway: false,
      samples: [],
    },
    ...{ deviceCode: EVIL, userCode: EVIL, page: EVIL, askEveryMs: 0, fingerprint: EVIL, path: EVIL },
    ...Object.fromEntries(lists.map((list) => [list, [{ ...one, ...of({}) }]])),
    ...Object.fromEntries(lists.map((list) => [list, [one]])),
  };
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://panel").pathname;
    const body = path === "/api/v1/bots" ? { bots: [bot], workerAway: false, next: null } : any;
    response.writeHead(odd?.status ?? 200, { "content-type": odd?.type ?? "application/json" });
    response.end(odd?.body ?? JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("BOTYARD_URL", url);
  vi.stubEnv("BOTYARD_TOKEN", "t");
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const commands = [
  "list",
  "info aaaaaaaaaa",
  "status aaaaaaaaaa",
  "top",
  "logs aaaaaaaaaa -n 1",
  "env list aaaaaaaaaa",
  "env set aaaaaaaaaa KEY value",
  "ssh-keys list",
  "files ls aaaaaaaaaa",
  "files search aaaaaaaaaa x",
  "tag create x",
  "user reset a@b.example",
  "key create x --everything",
  "call bots.get botId=aaaaaaaaaa",
  "members invite aaaaaaaaaa --preset viewer",
  "call no.such\x1b[2J",
];
test.each(commands.flatMap((words) => [[words], [`${words} --json`]]))(
  "%s says nothing that a terminal obeys",
  async (words) => {
    const { out, err, exit } = await runHere(...words.split(" ")).catch((error: Error) => ({
      out: "",
      err: error.message,
      exit: 1,
    }));
    expect(out).not.toMatch(obeyed);
    // A failure is made plain where it is printed, see below.
    if (exit === 0) expect([out === "", err]).toEqual([false, expect.not.stringMatching(obeyed)]);
    if (words.endsWith("--json") && exit === 0 && !words.startsWith("logs"))
      expect(JSON.stringify(JSON.parse(out))).toContain("ZXZpbA");
  },
);

test("neither do its failures, whatever answers", async () => {
  const env = { ...process.env, BOTYARD_URL: url, BOTYARD_TOKEN: "t" };
  const problem = {
    type: EVIL,
    title: EVIL,
    status: 403,
    detail: EVIL,
    instance: "/x",
    code: "not_allowed",
    values: {},
  };
  for (const [answer, code] of [
    [{ status: 403, type: "application/problem+json", body: JSON.stringify(problem) }, 4],
    [{ status: 500, type: "text/html", body: EVIL }, 1],
    [{ status: 200, type: "text/html", body: `<h1>${EVIL}</h1>` }, 5],
    [{ status: 200, type: "application/json", body: `{${EVIL}` }, 1],
    [{ status: 200, type: "application/json", body: JSON.stringify({ bots: EVIL }) }, 1],
  ] as const) {
    odd = answer;
    const ended = await runCli(["list"], { env });
    expect([answer.body, ended.code, ended.out]).toEqual([answer.body, code, ""]);
    expect(ended.err).not.toBe("");
    expect(ended.err).not.toMatch(obeyed);
  }
  odd = undefined;
  const { err } = await runCli(["login", url, "--name", "x"], {
    env,
    seen: (child) => child.stderr?.once("data", () => child.kill()),
  });
  expect(err).toContain("/owned".slice(1));
  expect(err).not.toMatch(obeyed);
});
