/** Three parts with dots, the first of which is a number in base64: nothing else looks like a Discord token. */
const TOKEN = /(?<![\w-])([A-Za-z0-9_-]{23,28})\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}(?![\w-])/g;

/** Where in a text something of the shape of a Discord token begins, in rising order. */
export function* tokensIn(text: string): Generator<number> {
  for (const { 1: id = "", index } of text.matchAll(TOKEN)) {
    if (/^\d{17,20}$/.test(Buffer.from(id, "base64").toString("latin1"))) yield index;
  }
}

/** True when a text holds something of the shape of a Discord token. */
export const holdsToken = (text: string): boolean => !tokensIn(text).next().done;
