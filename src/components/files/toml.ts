import { parse, TomlError } from "smol-toml";

/** Where a text stops being TOML, both from 1, and what is wrong there. */
export type Problem = { line: number; column: number; detail: string };

/** The first thing that is wrong with a TOML; null when it is one. */
export function tomlProblem(text: string): Problem | null {
  try {
    parse(text.replace(/^\ufeff/, ""));
    return null;
  } catch (error) {
    if (!(error instanceof TomlError)) return { line: 1, column: 1, detail: String(error) };
    // The message goes on with the lines around it.
    const detail = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "");
    return { line: error.line, column: error.column, detail };
  }
}
