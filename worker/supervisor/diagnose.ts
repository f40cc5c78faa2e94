import type { RuntimeName } from "#contracts/bot";
import type { Reason, ReasonCode } from "#contracts/reason";
import type { RawExit } from "../ports/index";

/** A text in a bot's last lines and what it means. `values` are the named groups of the pattern. */
type Sign = { code: ReasonCode; pattern: RegExp };

/**
 * Where each library says what Discord said. Left column of the close codes: @discordjs/ws 1.2 under discord.js 14,
 * which throws a bare Error; discord.py 2 says "WebSocket closed with <code>" or has an exception of its own.
 */
const discordSigns: readonly Sign[] = [
  { code: "token_invalid", pattern: /\bTokenInvalid\b|An invalid token was provided\b/ },
  { code: "token_invalid", pattern: /\bLoginFailure\b|Improper token has been passed/ },
  { code: "token_invalid", pattern: /^(?:Uncaught )?Error: Authentication failed$/ },
  { code: "intents_disallowed", pattern: /\bDisallowedIntents\b|^(?:Uncaught )?Error: Used disallowed intents$/ },
  { code: "intents_disallowed", pattern: /Privileged intent provided is not enabled or whitelisted/ },
  {
    code: "intents_disallowed",
    pattern: /\bPrivilegedIntentsRequired\b|requesting privileged intents that have not been explicitly enabled/,
  },
  {
    code: "intents_invalid",
    pattern: /^(?:Uncaught )?Error: Used invalid intents$|Invalid intent provided for WebSocket/,
  },
  { code: "sharding_required", pattern: /^(?:Uncaught )?Error: Sharding is required$|\bShardingRequired\b/ },
  { code: "sharding_required", pattern: /would have handled too many guilds/ },
  { code: "shard_invalid", pattern: /^(?:Uncaught )?Error: Invalid shard$/ },
  { code: "gateway_version", pattern: /^(?:Uncaught )?Error: Used an invalid API version$/ },
];

const closeCodes: Readonly<Record<string, ReasonCode>> = {
  4004: "token_invalid",
  4010: "shard_invalid",
  4011: "sharding_required",
  4012: "gateway_version",
  4013: "intents_invalid",
  4014: "intents_disallowed",
};
/** "Shard ID None WebSocket closed with 4004", "close code 4014", "closed with code: 4011". */
const closeCode = /\bclose(?:d|s)?\b[^\n]{0,40}?\b(40(?:04|1[0-4]))\b/i;

const nodeSigns: readonly Sign[] = [
  { code: "module_missing", pattern: /Cannot find (?:module|package) '(?<module>[^']{1,200})'/ },
  // Not a broken JSON file, which JSON.parse reports by the same name.
  { code: "syntax", pattern: /^(?:Uncaught )?(?<detail>SyntaxError: (?!.*\bJSON\b).{1,300})$/ },
  { code: "port_taken", pattern: /\bEADDRINUSE\b.*?:(?<port>\d{1,5})\b/ },
];

const pythonSigns: readonly Sign[] = [
  { code: "module_missing", pattern: /^ModuleNotFoundError: No module named '(?<module>[^']{1,200})'/ },
  { code: "syntax", pattern: /^(?<detail>(?:SyntaxError|IndentationError|TabError): .{1,300})$/ },
  { code: "port_taken", pattern: /address \('[^']*', (?<port>\d{1,5})\b.*?\).*address already in use/i },
];

const runtimeSigns = { node: nodeSigns, python: pythonSigns } as const satisfies Record<RuntimeName, readonly Sign[]>;

/** What env and dash say of a program that is not there (127) or may not be run (126). */
const noProgram =
  /^(?:\S*env|\S*sh)(?:: \d+)?: ['‘]?(?<program>[^'’:]{1,300})['’]?: (?:No such file|not found|Permission denied)/;

/** Node dies of a full heap by SIGABRT after a native stack trace of some twenty lines. */
const heap = /JavaScript heap out of memory|ERR_WORKER_OUT_OF_MEMORY/;

/** Node and Python alike, when a file, a socket or a pipe could not be opened. */
const openFiles: readonly Sign[] = [
  { code: "open_files_limit", pattern: /\bEMFILE\b|\[Errno 24\]|\btoo many open files\b/i },
];
const fileSize: readonly Sign[] = [{ code: "file_too_big", pattern: /\bEFBIG\b|\[Errno 27\]/ }];

/** What held the run that ended. 0: no limit. */
export type Bounds = { memoryMb: number; processes: number; openFiles: number; fileGb: number; isLogFull: boolean };

/** What is known of the bot: without `bounds` nothing is known to have held it. */
export type Known = { runtime: RuntimeName; bounds?: Bounds | undefined };

/** How many last lines of a run are worth reading for `diagnose`. */
export const DIAGNOSE_LINES = 80;

/**
 * Says why a run ended by itself. Pure. The lines are the bot's own words: a bot that lies here only deceives itself.
 * The newest sign wins. A run that ended with code 0 is searched for what Discord said only, since a bot that caught
 * its login error ends like that.
 */
export function diagnose(
  exit: Pick<RawExit, "code" | "signal" | "recorded" | "limit">,
  lastLines: readonly string[],
  { runtime, bounds }: Known,
): Reason {
  const lines = lastLines.slice(-DIAGNOSE_LINES).map(plain);
  const fromOutside = exit.signal === "SIGKILL" || exit.signal === "SIGTERM" || exit.signal === "SIGINT";

  // Of a group that was over its limit the kernel may have taken the recorder as well: then nothing else tells.
  if (exit.limit === "memory" && exit.code !== 0) {
    return { code: "memory_limit", values: { limit: bounds?.memoryMb ?? 0 } };
  }
  if (exit.signal === "SIGXFSZ" || (bounds?.isLogFull && exit.code !== 0)) {
    return { code: "file_too_big", values: { limit: bounds?.fileGb ?? 0 } };
  }
  if (!exit.recorded) return { code: "lost", values: {} };
  if (exit.code === 78) return { code: "config", values: {} };
  if (exit.code === 126 || exit.code === 127) {
    const said = newest(lines, [{ code: "program_missing", pattern: noProgram }]);
    if (said) return said;
  }
  if (!fromOutside) {
    const said = newest(lines, discordSigns) ?? newestClose(lines);
    if (said) return said;
  }
  if (exit.code !== 0 && !fromOutside) {
    if (lines.some((line) => heap.test(line))) return { code: "out_of_memory", values: {} };
    const said = newest(lines, runtimeSigns[runtime]);
    if (said) return said;
    // The kernel says that it was reached some time in this life, so whatever says more of its end comes before.
    if (exit.limit === "processes") return { code: "process_limit", values: { limit: bounds?.processes ?? 0 } };
    if (bounds && newest(lines, openFiles)) return { code: "open_files_limit", values: { limit: bounds.openFiles } };
    if (bounds && newest(lines, fileSize)) return { code: "file_too_big", values: { limit: bounds.fileGb } };
  }
  if (exit.signal === "SIGKILL") return { code: "killed_by_system", values: {} };
  if (exit.signal !== null) return { code: "signalled", values: { signal: exit.signal } };
  if (exit.code !== null) return { code: "exited", values: { code: exit.code } };
  return { code: "lost", values: {} };
}

function newest(lines: readonly string[], signs: readonly Sign[]): Reason | undefined {
  for (const line of lines.toReversed()) {
    for (const { code, pattern } of signs) {
      const match = pattern.exec(line);
      if (match) return { code, values: { ...match.groups } };
    }
  }
  return undefined;
}

function newestClose(lines: readonly string[]): Reason | undefined {
  for (const line of lines.toReversed()) {
    const code = closeCodes[closeCode.exec(line)?.[1] ?? ""];
    if (code) return { code, values: {} };
  }
  return undefined;
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** A line without colours and without the length that would make searching it slow. */
function plain(line: string): string {
  return line.slice(0, 2_000).replace(colours, "").trim();
}
