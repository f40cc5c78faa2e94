import { parse, TomlError } from "smol-toml";
import { AppError } from "#contracts/errors";
import { showPath } from "#contracts/files";

/** Refuses what is no TOML, and says where (toml_broken). */
export function assertToml(path: string, text: string): void {
  try {
    parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const { line, column } = error instanceof TomlError ? error : { line: 1, column: 1 };
    // The message goes on with lines of the file, which may hold anything.
    const detail = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new AppError("toml_broken", {
      path: showPath(path),
      line,
      column,
      detail: detail.replace("Invalid TOML document: ", ""),
    });
  }
}
