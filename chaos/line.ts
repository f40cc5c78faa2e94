/*
 * A line of a chaos bot, as chaos/bots/voice.cjs writes it: `@<stream> <number> <length> <filler>`. Stream and number say what
 * the whole line must be, so that a changed byte shows.
 */

const WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa ";

/** The line with this number, without its newline. */
export function compose(stream: string, number: number, length: number): string {
  const from = number % WORDS.length;
  const filler = WORDS.repeat(Math.ceil((from + length) / WORDS.length)).slice(from, from + length);
  return `@${stream} ${number} ${length} ${filler}`;
}

/** A line as it was read: `bytes` is its place in the log, newline included; `cut` says that the text is only its beginning. */
export type Printed = { text: string; bytes: number; cut: boolean };

/** What a printed line is: whose and which, with what stands before it that is not of it; or nothing that a bot would say. */
export type Told = { stream: string; number: number; before: string } | null;

/** Takes a line apart. What another writer left unfinished may stand before it. */
export function understand({ text, bytes, cut }: Printed): Told {
  for (let at = text.lastIndexOf("@"); at >= 0; at = at === 0 ? -1 : text.lastIndexOf("@", at - 1)) {
    const head = /^@([0-9a-z]+-\d+c?) (\d+) (\d+) /.exec(text.slice(at, at + 120));
    if (!head) continue;
    const [, stream = "", number = "", length = ""] = head;
    const whole = compose(stream, Number(number), Number(length));
    const fits = cut ? whole.startsWith(text.slice(at)) : whole === text.slice(at);
    if (fits && bytes === Buffer.byteLength(text.slice(0, at)) + whole.length + 1)
      return { stream, number: Number(number), before: text.slice(0, at) };
  }
  return null;
}

/** The stream and number that the beginning of a line names, when it got as far as that. */
export function begins(text: string): { stream: string; number: number } | null {
  const head = /^@([0-9a-z]+-\d+c?) (\d+) /.exec(text);
  return head ? { stream: head[1] ?? "", number: Number(head[2]) } : null;
}

/** Whether a text is how a line by anybody may begin. */
export function isBeginning(text: string): boolean {
  const head = /^@([0-9a-z]+-\d+c?) (\d+) (\d+) /.exec(text);
  if (!head) return /^@[0-9a-z]*(-\d*c?( \d*( \d*)?)?)?$/.test(text);
  return compose(head[1] ?? "", Number(head[2]), Number(head[3])).startsWith(text);
}

/** Whether a text is how a line may end: its filler, with the end of its head or without. */
export const isEnding = (text: string): boolean =>
  isFiller(text) || isFiller(text.replace(/^[0-9a-z-]*( ?\d+){0,2} /, ""));

const isFiller = (text: string): boolean => {
  const from = WORDS.repeat(2).indexOf(text.slice(0, WORDS.length));
  return from >= 0 && WORDS.repeat(Math.ceil((from + text.length) / WORDS.length)).startsWith(text, from);
};
