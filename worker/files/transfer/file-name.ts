import { unsafePath } from "../../incoming/paths";
import { NAME_BYTES } from "../path";

const NAMELESS = "download";

/** The name of a file by the path of the address that a person typed. */
export function nameInAddress({ pathname }: URL): string {
  return plainName(decoded(pathname.split("/").findLast((part) => part !== "") ?? "")) ?? NAMELESS;
}

/** The name that a server gives what it sends, made harmless: no folder, nothing hidden, nothing that misleads the eye. */
export function nameInDisposition(disposition: string | undefined): string | undefined {
  if (disposition === undefined) return undefined;
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  // Node reads a header as Latin-1; who sends more than that sends UTF-8.
  const told = Buffer.from(quoted?.replace(/\\(.)/g, "$1") ?? token ?? "", "latin1").toString();
  const name = plainName(extended === undefined ? told : decoded(extended));
  return name === undefined ? undefined : plainName(name.replace(/^\.+/, ""));
}

function plainName(text: string): string | undefined {
  const last = text.split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/gu, "").trim();
  if (plain === "." || plain === ".." || unsafePath(shortened(plain)) !== undefined) return undefined;
  return shortened(plain);
}

/** As much of a name as a disk takes, with its ending. */
function shortened(name: string): string {
  const ending = /\.[^.]{1,20}$/.exec(name)?.[0] ?? "";
  const stem = [...name.slice(0, name.length - ending.length)];
  while (Buffer.byteLength(stem.join("") + ending) > NAME_BYTES && stem.length > 1) stem.pop();
  return stem.join("") + ending;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
