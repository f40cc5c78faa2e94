import { parse } from "dotenv";

/** Variables as a `.env` that dotenv reads back as they are; one that no quotes can hold is named in a comment instead. */
export function writeEnvFile(values: Readonly<Record<string, string>>, beyond: (key: string) => string): string {
  const lines = Object.entries(values).map(([key, value]) => {
    const ways = [
      value,
      `'${value}'`,
      `"${value}"`,
      `\`${value}\``,
      `"${value.replaceAll("\r", "\\r").replaceAll("\n", "\\n")}"`,
    ];
    const way = ways.find((one) => parse(`${key}=${one}\nAFTER=1`)[key] === value && isWhole(key, one));
    return way === undefined ? `# ${beyond(key)}` : `${key}=${way}`;
  });
  return lines.map((line) => `${line}\n`).join("");
}

// What follows must be read as what it is, and nothing of the value as a variable of its own.
const isWhole = (key: string, way: string): boolean => {
  const read = parse(`${key}=${way}\nAFTER=1`);
  return read.AFTER === "1" && Object.keys(read).length === (key === "AFTER" ? 1 : 2);
};
