/** What a pasted text looks like, said before anything is sent. Whether Discord takes it is known only when the bot starts. */
export type TokenShape = "empty" | "good" | "wrong";

/** Three parts of base64url joined by dots: the bot's id, a moment, a signature. */
export function tokenShape(text: string): TokenShape {
  if (text === "") return "empty";
  return /^[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}$/.test(text) ? "good" : "wrong";
}

/** People copy tokens with quotes, spaces, `TOKEN=` or `Bot ` around them; what remains is the token. */
export function cleanToken(pasted: string): string {
  const bare = pasted.replace(/[\s\u200b\ufeff]+/g, " ").trim();
  const value = /^(?:export )?[A-Za-z_]+ ?= ?(.*)$/.exec(bare)?.[1] ?? bare;
  return value
    .replace(/^["'`]+|["'`;,]+$/g, "")
    .replace(/^Bot /i, "")
    .trim();
}
