/* How many columns a text takes on a terminal, after Unicode's East Asian Width: names of bots are written in every script. */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
/** Two columns: what is shown as a picture, and East Asian letters, wide and fullwidth. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
/** None: marks that stand on the letter before, and what is not seen. */
const unseen = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const columnsOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : unseen.test(grapheme) ? 0 : 1);

/** The columns of a text. */
export function widthOf(text: string): number {
  if (isAscii(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOf(segment);
  return columns;
}

/** A text that fits, with … where it was longer. */
export const shorten = (text: string, columns: number): string =>
  widthOf(text) <= columns ? text : `${cutTo(text, columns - 1)}…`;

/** As much of a text as fits. */
export function cutTo(text: string, columns: number): string {
  if (isAscii(text)) return text.slice(0, columns);
  let [kept, used] = ["", 0];
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment);
    if (used > columns) break;
    kept += segment;
  }
  return kept;
}
