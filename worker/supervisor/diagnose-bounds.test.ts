import { describe, expect, it } from "vitest";
import type { Reason } from "#contracts/reason";
import { diagnose } from "./diagnose";

/* Which of its bounds a bot died of. */

const commonjs = `Error: Cannot find module 'discord.js'
Require stack:
- /bot/index.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/bot/index.js' ]
}`;

describe("diagnose", () => {
  const bounds = { memoryMb: 256, processes: 64, openFiles: 1_024, fileGb: 8, isLogFull: false };
  const died = (over: Partial<Parameters<typeof diagnose>[0]>) => ({
    code: null,
    signal: null,
    recorded: true,
    ...over,
  });
  const bounded: [string, Parameters<typeof diagnose>[0], string, Reason][] = [
    [
      "killed over its memory",
      died({ signal: "SIGKILL", limit: "memory" }),
      "",
      { code: "memory_limit", values: { limit: 256 } },
    ],
    [
      "killed over its memory with its recorder",
      died({ recorded: false, limit: "memory" }),
      "",
      { code: "memory_limit", values: { limit: 256 } },
    ],
    ["killed with room left", died({ signal: "SIGKILL" }), "", { code: "killed_by_system", values: {} }],
    [
      "a child killed over its memory, and a bot that then ended well",
      died({ code: 0, limit: "memory" }),
      "",
      { code: "exited", values: { code: 0 } },
    ],
    [
      "no process more",
      died({ code: 1, limit: "processes" }),
      "Error: spawn /bin/true EAGAIN",
      { code: "process_limit", values: { limit: 64 } },
    ],
    [
      "a module missing, having been at its limit of processes once",
      died({ code: 1, limit: "processes" }),
      commonjs,
      { code: "module_missing", values: { module: "discord.js" } },
    ],
    ["SIGXFSZ", died({ signal: "SIGXFSZ" }), "", { code: "file_too_big", values: { limit: 8 } }],
    [
      "Node at its limit of files",
      died({ code: 1 }),
      "Error: EMFILE: too many open files, open '/x'",
      { code: "open_files_limit", values: { limit: 1_024 } },
    ],
    [
      "Python at its limit of files",
      died({ code: 1 }),
      "OSError: [Errno 24] Too many open files: '/x'",
      { code: "open_files_limit", values: { limit: 1_024 } },
    ],
    [
      "Python at its file size",
      died({ code: 1 }),
      "OSError: [Errno 27] File too large",
      { code: "file_too_big", values: { limit: 8 } },
    ],
    [
      "one who spoke of files and was stopped",
      died({ signal: "SIGTERM" }),
      "EMFILE",
      { code: "signalled", values: { signal: "SIGTERM" } },
    ],
  ];
  it.each(bounded)("says which limit it was: %s", (_name, exit, text, reason) => {
    expect(diagnose(exit, text.split("\n"), { runtime: "node", bounds })).toEqual(reason);
  });

  it("says that the log was as large as a file may be, when nobody else can", () => {
    const full = { ...bounds, isLogFull: true };
    expect(diagnose(died({ code: 7 }), [""], { runtime: "node", bounds: full }).code).toBe("file_too_big");
    expect(diagnose(died({ code: 0 }), [""], { runtime: "node", bounds: full }).code).toBe("exited");
  });
});
