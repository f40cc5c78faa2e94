/** How a stretch of a line looks. Colours are 0–15 (the theme's palette) or `#rrggbb`. */
export type Style = {
  color?: number | string;
  ground?: number | string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  strike?: true;
  inverse?: true;
};

/** A stretch of a line in one style. `sign`: a control character made visible, not something the bot wrote as text. */
export type Span = { text: string; style: Style; sign?: true };

/** A line of a thousand colour changes would be a thousand elements; beyond this the rest goes on in the last style. */
const MOST_SPANS = 400;

const ESC = 0x1b;
const ST = 0x9c;

/*
 * A bot's output is text. Of everything a terminal would obey, only SGR (colour, bold …) is obeyed here:
 *
 *   ESC [ … m                   style
 *   ESC [ … other               removed (cursor moves, erasing, DA and other questions)
 *   ESC ] … , ESC P … , ESC X ^ _   removed with what they carry (OSC 8 links, OSC 52 clipboard, DECRQSS)
 *   unfinished ones             the ESC is shown, the rest is text: nothing can swallow a line
 *   \r, \b, NUL, DEL …          shown by name (⟨CR⟩ ⟨BS⟩): nothing overwrites what stood there before
 *   marks that turn text round  shown as ⟨U+202E⟩
 */

/** Reads a line into stretches that are safe to show. One pass, whatever the line holds. */
export function readAnsi(line: string): Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let text = "";

  const flush = (sign?: true) => {
    if (text === "") return;
    const last = spans.at(-1);
    if (spans.length >= MOST_SPANS && last) {
      last.text += text;
      if (!sign) delete last.sign;
    } else if (last && last.style === style && last.sign === sign) last.text += text;
    else spans.push(sign ? { text, style, sign } : { text, style });
    text = "";
  };
  const show = (symbol: string) => {
    flush();
    text = symbol;
    flush(true);
  };

  // The line's own end, not an overwrite: Windows programs end lines with \r\n.
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  let i = 0;
  while (i < end) {
    const code = line.charCodeAt(i);
    if (code === ESC || code === 0x9b) {
      const found = sequence(line, i, end);
      if (found === null) show(symbol(code));
      else if (found.sgr !== undefined) {
        flush();
        style = restyle(style, found.sgr);
      }
      i = found === null ? i + 1 : found.next;
    } else if (hidden(code)) {
      show(symbol(code));
      i += 1;
    } else {
      let to = i + 1;
      while (to < end && plain(line.charCodeAt(to))) to += 1;
      text += line.slice(i, to);
      i = to;
    }
  }
  flush();
  return spans;
}

/** The same line as bare text, for the filter and for copying. */
export const bareText = (line: string): string =>
  readAnsi(line)
    .filter((span) => !span.sign)
    .map((span) => span.text)
    .join("");

type Sequence = { next: number; sgr?: string };

/** The escape sequence that starts at `from`, or null when it has no end on this line. */
function sequence(line: string, from: number, end: number): Sequence | null {
  const eight = line.charCodeAt(from) === 0x9b;
  const kind = eight ? "[" : line[from + 1];
  let i = from + (eight ? 1 : 2);
  if (kind === undefined || i > end) return null;
  if (kind === "[") {
    const start = i;
    while (i < end && between(line.charCodeAt(i), 0x20, 0x3f)) i += 1;
    if (i >= end || !between(line.charCodeAt(i), 0x40, 0x7e)) return null;
    const parameters = line.slice(start, i);
    return line[i] === "m" && /^[\d;:]*$/.test(parameters) ? { next: i + 1, sgr: parameters } : { next: i + 1 };
  }
  if ("]PX^_".includes(kind)) {
    for (; i < end; i += 1) {
      const code = line.charCodeAt(i);
      if (code === ST || (code === 0x07 && kind === "]")) return { next: i + 1 };
      if (code === ESC) return line[i + 1] === "\\" && i + 1 < end ? { next: i + 2 } : null;
    }
    return null;
  }
  i = from + 1;
  while (i < end && between(line.charCodeAt(i), 0x20, 0x2f)) i += 1;
  return i < end && between(line.charCodeAt(i), 0x30, 0x7e) ? { next: i + 1 } : null;
}

const between = (code: number, low: number, high: number) => code >= low && code <= high;

/** What must not reach the page as itself: controls but the tab, line separators, and marks that turn text round. */
const hidden = (code: number) =>
  (code < 0x20 && code !== 0x09) ||
  between(code, 0x7f, 0x9f) ||
  code === 0x061c ||
  between(code, 0x200e, 0x200f) ||
  between(code, 0x2028, 0x202e) ||
  between(code, 0x2066, 0x2069);

const plain = (code: number) => !hidden(code);

const names: Readonly<Record<number, string>> = {
  0: "NUL",
  7: "BEL",
  8: "BS",
  10: "LF",
  11: "VT",
  12: "FF",
  13: "CR",
  [ESC]: "ESC",
  127: "DEL",
};

/** In letters, because few fonts have Unicode's pictures of controls. */
const symbol = (code: number): string => `⟨${names[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`}⟩`;

const switches: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
};
const unswitches: Readonly<Record<number, readonly (keyof Style)[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strike"],
  39: ["color"],
  49: ["ground"],
};

/** The style after the parameters of one SGR sequence. Conceal (8) and blink are not obeyed: nothing hides, nothing flickers. */
function restyle(style: Style, parameters: string): Style {
  // 38:2::r:g:b is the same as 38;2;r;g;b but for an empty colour space.
  const codes = parameters
    .replace(/([34]8):2::/g, "$1:2:")
    .split(/[;:]/)
    .map((part) => (part === "" ? 0 : Number(part)));
  let next: Style = { ...style };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 0) next = {};
    else if (switches[code]) next = { ...next, ...switches[code] };
    else if (unswitches[code]) for (const key of unswitches[code]) delete next[key];
    else if (between(code, 30, 37)) next.color = code - 30;
    else if (between(code, 90, 97)) next.color = code - 82;
    else if (between(code, 40, 47)) next.ground = code - 40;
    else if (between(code, 100, 107)) next.ground = code - 92;
    else if (code === 38 || code === 48) {
      const wide = codes[i + 1] === 2;
      const color = wide ? rgb(codes.slice(i + 2, i + 5)) : codes[i + 1] === 5 ? indexed(codes[i + 2]) : undefined;
      if (color !== undefined) next[code === 38 ? "color" : "ground"] = color;
      i += wide ? 4 : 2;
    }
  }
  return next;
}

function rgb(parts: readonly number[]): string | undefined {
  if (parts.length !== 3 || parts.some((part) => !between(part, 0, 255))) return undefined;
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** One of the 256: 0–15 are the theme's, then a cube of 6 × 6 × 6, then 24 greys. */
function indexed(index: number | undefined): number | string | undefined {
  if (index === undefined || !between(index, 0, 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return rgb([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return rgb([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}
