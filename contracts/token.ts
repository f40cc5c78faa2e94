/** Three parts with dots, the first of which is a number in base64: nothing else looks like a Discord token. */
const TOKEN = /(?<![\w-])([A-Za-z0-9_-]{23,28})\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}(?![\w-])/g;

/** What in a text has the shape of a Discord token, and where it begins, in rising order. */
export function* tokensIn(text: string): Generator<{ at: number; token: string }> {
  for (const { 0: token, 1: id = "", index } of text.matchAll(TOKEN)) {
    if (/^\d{17,20}$/.test(decoded(id))) yield { at: index, token };
  }
}

/** True when a text holds something of the shape of a Discord token. */
export const holdsToken = (text: string): boolean => !tokensIn(text).next().done;

function decoded(base64url: string): string {
  try {
    return atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return "";
  }
}
