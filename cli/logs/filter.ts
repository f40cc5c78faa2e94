import { RE2JS } from "re2js";
import { type LogLevel, type LogLine, SEARCH_CHARS } from "#contracts/log";
import { Failure } from "../failure";

/** Which lines are wanted. The panel searches what was; what comes is chosen here, by the same rules. */
export type Filter = {
  /** Nothing is asked for: every line, marks included. */
  readonly open: boolean;
  takes(line: LogLine): boolean;
  /** The same for the panel's search. */
  readonly search: { text: string; regex: boolean; levels?: LogLevel[] };
};

export type Wanted = { levels?: LogLevel[]; grep?: string; regex?: string };

const obeyed = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\))/g;

/** Exit 2 for a pattern that is none. */
export function createFilter({ levels, grep, regex }: Wanted): Filter {
  if (grep !== undefined && regex !== undefined) throw Failure.use("Say --grep or --regex, not both.");
  const text = grep ?? regex ?? "";
  if (text.length > SEARCH_CHARS) throw Failure.use(`A text or pattern has at most ${SEARCH_CHARS} characters.`);
  const pattern = text === "" ? undefined : compile(regex === undefined ? RE2JS.quote(text) : text);
  return {
    open: levels === undefined && pattern === undefined,
    search: { text, regex: regex !== undefined, ...(levels ? { levels } : {}) },
    takes: (line) =>
      (levels === undefined || (line.stream === "out" && levels.includes(line.level))) &&
      (pattern === undefined || (line.stream === "out" && pattern.test(line.text.replace(obeyed, "")))),
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    throw Failure.use(`This is not a pattern: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
