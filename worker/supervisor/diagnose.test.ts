import { describe, expect, it } from "vitest";
import type { RuntimeName } from "#contracts/bot";
import type { Reason } from "#contracts/reason";
import { cpuMs } from "../../tests/support/cpu";
import { diagnose } from "./diagnose";

const crash = { code: 1, signal: null, recorded: true };

/** What discord.js 14.28 prints when the gateway closes with a code it cannot recover from; seen against a real socket. */
const discordJs = (message: string) => `/bot/node_modules/@discordjs/ws/dist/index.js:1105
          error: new Error("${message}")
                 ^

Error: ${message}
    at WebSocketShard.onClose (/bot/node_modules/@discordjs/ws/dist/index.js:1105:18)
    at connection.onclose (/bot/node_modules/@discordjs/ws/dist/index.js:688:17)
    at callListener (/bot/node_modules/ws/lib/event-target.js:290:14)
    at WebSocket.onClose (/bot/node_modules/ws/lib/event-target.js:220:9)

Node.js v20.20.2`;

const rejectedLogin = `/bot/node_modules/discord.js/src/client/websocket/WebSocketManager.js:140
    const invalidToken = new DiscordjsError(ErrorCodes.TokenInvalid);
                         ^

DiscordjsError [TokenInvalid]: An invalid token was provided.
    at WebSocketManager.connect (/bot/node_modules/discord.js/src/client/websocket/WebSocketManager.js:140:26)
    at Client.login (/bot/node_modules/discord.js/src/client/Client.js:229:21) {
  code: 'TokenInvalid'
}

Node.js v20.20.2`;

const heap = `<--- Last few GCs --->

[8731:0x2fd2eca0]       79 ms: Mark-Compact 30.0 (46.7) -> 30.0 (62.7) MB, 12.92 / 0.00 ms  allocation failure;

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]`;

const eaddrinuse = `Error: listen EADDRINUSE: address already in use :::3000
    at Server.setupListenHandle [as _listen2] (node:net:1908:16) {
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '::',
  port: 3000
}`;

const commonjs = `Error: Cannot find module 'discord.js'
Require stack:
- /bot/index.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/bot/index.js' ]
}`;

const pythonTrace = (last: string) => `Traceback (most recent call last):
  File "/bot/bot.py", line 12, in <module>
    client.run("x")
${last}`;

const privileged =
  "discord.errors.PrivilegedIntentsRequired: Shard ID None is requesting privileged intents that have not been explicitly enabled in the developer portal. It is recommended to go to https://discord.com/developers/applications/ and explicitly enable the privileged intents within your application's page. If this is not possible, then consider disabling the privileged intents instead.";

const said: [string, RuntimeName, string, Reason["code"], Reason["values"]][] = [
  ["discord.js, 401 on login", "node", rejectedLogin, "token_invalid", {}],
  ["discord.js, caught and printed", "node", "login failed: An invalid token was provided.", "token_invalid", {}],
  ["discord.js, 4004", "node", discordJs("Authentication failed"), "token_invalid", {}],
  ["discord.js, 4010", "node", discordJs("Invalid shard"), "shard_invalid", {}],
  ["discord.js, 4011", "node", discordJs("Sharding is required"), "sharding_required", {}],
  ["discord.js, 4012", "node", discordJs("Used an invalid API version"), "gateway_version", {}],
  ["discord.js, 4013", "node", discordJs("Used invalid intents"), "intents_invalid", {}],
  ["discord.js, 4014", "node", discordJs("Used disallowed intents"), "intents_disallowed", {}],
  ["discord.js 13, 4014", "node", "Error [DisallowedIntents]: Privileged intent …", "intents_disallowed", {}],
  ["any library, close code 4014", "node", "gateway closed with code 4014", "intents_disallowed", {}],
  [
    "discord.py, login",
    "python",
    pythonTrace("discord.errors.LoginFailure: Improper token has been passed."),
    "token_invalid",
    {},
  ],
  [
    "discord.py, 4004",
    "python",
    pythonTrace("discord.errors.ConnectionClosed: Shard ID None WebSocket closed with 4004"),
    "token_invalid",
    {},
  ],
  [
    "discord.py, 4011",
    "python",
    pythonTrace("discord.errors.ConnectionClosed: Shard ID None WebSocket closed with 4011"),
    "sharding_required",
    {},
  ],
  ["discord.py, 4014", "python", pythonTrace(privileged), "intents_disallowed", {}],
  ["require", "node", commonjs, "module_missing", { module: "discord.js" }],
  [
    "import",
    "node",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'eris' imported from /bot/i.mjs",
    "module_missing",
    { module: "eris" },
  ],
  [
    "python import",
    "python",
    pythonTrace("ModuleNotFoundError: No module named 'discord'"),
    "module_missing",
    { module: "discord" },
  ],
  [
    "node syntax",
    "node",
    "/bot/i.js:1\nconst a = ;\n          ^\n\nSyntaxError: Unexpected token ';'\n    at wrapSafe (node:x)",
    "syntax",
    { detail: "SyntaxError: Unexpected token ';'" },
  ],
  [
    "python syntax",
    "python",
    "    def x(:\n          ^\nSyntaxError: invalid syntax",
    "syntax",
    { detail: "SyntaxError: invalid syntax" },
  ],
  [
    "python indent",
    "python",
    "IndentationError: expected an indented block",
    "syntax",
    { detail: "IndentationError: expected an indented block" },
  ],
  [
    "a broken JSON file is not code",
    "node",
    "SyntaxError: Unexpected token } in JSON at position 7",
    "exited",
    { code: 1 },
  ],
  ["node port", "node", eaddrinuse, "port_taken", { port: "3000" }],
  [
    "node port with address",
    "node",
    "Error: listen EADDRINUSE: address already in use 127.0.0.1:80",
    "port_taken",
    { port: "80" },
  ],
  [
    "python port",
    "python",
    "OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', 1234): address already in use",
    "port_taken",
    { port: "1234" },
  ],
  ["in colours", "node", "\u001b[31mError: Used disallowed intents\u001b[39m", "intents_disallowed", {}],
  ["nothing known", "node", "Error: oops\n    at x", "exited", { code: 1 }],
  ["a chat about it", "node", "user said: Invalid shard, Authentication failed", "exited", { code: 1 }],
  ["silence", "python", "", "exited", { code: 1 }],
];

describe("diagnose", () => {
  it.each(said)("%s", (_name, runtime, text, code, values) => {
    expect(diagnose(crash, text.split("\n"), { runtime })).toEqual({ code, values });
  });

  const exits: [string, Parameters<typeof diagnose>[0], string, Reason][] = [
    ["a full heap", { code: null, signal: "SIGABRT", recorded: true }, heap, { code: "out_of_memory", values: {} }],
    [
      "a full heap through a shell",
      { code: 134, signal: null, recorded: true },
      heap,
      { code: "out_of_memory", values: {} },
    ],
    [
      "SIGKILL",
      { code: null, signal: "SIGKILL", recorded: true },
      rejectedLogin,
      { code: "killed_by_system", values: {} },
    ],
    [
      "SIGSEGV",
      { code: null, signal: "SIGSEGV", recorded: true },
      "",
      { code: "signalled", values: { signal: "SIGSEGV" } },
    ],
    ["exit 78", { code: 78, signal: null, recorded: true }, commonjs, { code: "config", values: {} }],
    ["no record", { code: null, signal: null, recorded: false }, commonjs, { code: "lost", values: {} }],
    [
      "exit 0 with a caught login error",
      { code: 0, signal: null, recorded: true },
      rejectedLogin,
      { code: "token_invalid", values: {} },
    ],
    [
      "a program that is not there",
      { code: 127, signal: null, recorded: true },
      "/usr/bin/env: ‘/opt/venv/bin/python’: No such file or directory",
      { code: "program_missing", values: { program: "/opt/venv/bin/python" } },
    ],
    ["exit 127 of its own", { code: 127, signal: null, recorded: true }, "", { code: "exited", values: { code: 127 } }],
    [
      "exit 0 with a caught import error",
      { code: 0, signal: null, recorded: true },
      commonjs,
      { code: "exited", values: { code: 0 } },
    ],
  ];
  it.each(exits)("%s", (_name, exit, text, reason) => {
    expect(diagnose(exit, text.split("\n"), { runtime: "node" })).toEqual(reason);
  });

  it("believes the newest sign", () => {
    const lines = ["Error: Cannot find module 'optional'", "Error: Cannot find module 'needed'"];
    expect(diagnose(crash, lines, { runtime: "node" }).values).toEqual({ module: "needed" });
  });

  it("reads a line of a million characters in no time", async () => {
    const lines = Array(80).fill("close ".repeat(200_000));
    const spent = await cpuMs(() => expect(diagnose(crash, lines, { runtime: "node" }).code).toBe("exited"));
    expect(spent).toBeLessThan(500);
  });
});
