import { randomInt } from "node:crypto";
import { type Folder, statNamed } from "./open";
import { NAME_BYTES } from "./path";

/** A name that nobody else thinks of: 16 of a–z and 0–9. */
export const randomName = (): string => Array.from({ length: 16 }, () => randomInt(36).toString(36)).join("");

/** A name for something that is to lie beside what has its name: `bot (2).js` for `bot.js`, the first that is free. */
export async function freeName(folder: Folder, name: string): Promise<string> {
  for (let n = 2; ; n++) {
    const other = numbered(name, n);
    if (!(await statNamed(folder, other))) return other;
  }
}

/** The nth name of its kind: `bot (2).js`; shortened where it would be too long for a name. */
export function numbered(name: string, n: number): string {
  // What begins with a dot is all name: .env has no ending.
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const mark = ` (${n})`;
  let short = [...stem];
  while (Buffer.byteLength(short.join("") + mark + ending) > NAME_BYTES && short.length > 1) short = short.slice(0, -1);
  return short.join("") + mark + ending;
}
