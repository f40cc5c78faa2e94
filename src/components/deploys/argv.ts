/**
 * Splits a command as a person types it into program and arguments: spaces part, quotes keep together, a backslash takes the next sign
 * as it is (not within single quotes). Nothing is ever expanded. Null when a quote is not closed.
 */
export function splitCommand(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "\\" && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word = (word ?? "") + text.charAt(at);
    } else if (quote !== null) {
      if (sign === quote) quote = null;
      else word = (word ?? "") + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= "";
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + sign;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}

/** As `splitCommand` would read it again. */
export const joinCommand = (argv: readonly string[]): string =>
  argv.map((word) => (/^[^\s"'\\]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`)).join(" ");
