import { samePython } from "#contracts/dependencies";
import { readRequirement } from "./asked";

/*
 * Changing a requirements file line by line: comments, order and everything that is not the line in question stay as they are. pip has no
 * command for it.
 */

/** Whether pip would refuse a line without a hash beside those that have one. */
export const isHashed = (text: string): boolean => /^[^#\n]*\s--hash\b/m.test(text);

const nameOf = (line: string): string | undefined => {
  const read = readRequirement(line.replace(/\\\s*$/, ""));
  return read ? samePython(read.name) : undefined;
};

/** The text with a requirement in the place of the one of its name, else at the end. */
export function withRequirement(text: string, name: string, requirement: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => nameOf(line) === samePython(name));
  if (at >= 0) {
    const comment = /(?<!\s)\s+#[^\n]*$/.exec(lines[at] ?? "")?.[0] ?? (lines[at]?.endsWith("\r") ? "\r" : "");
    return lines.with(at, `${requirement}${comment}`).join("\n");
  }
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  return `${text}${text === "" || text.endsWith("\n") ? "" : end}${requirement}${end}`;
}

/** The text without the requirement of a name; a line that goes on in the next goes whole. */
export function withoutRequirement(text: string, name: string): string {
  let going = false;
  return text
    .split("\n")
    .filter((line) => {
      const goes = going || nameOf(line) === samePython(name);
      going = goes && /\\\s*$/.test(line);
      return !goes;
    })
    .join("\n");
}
