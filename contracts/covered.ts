import { looksSecret } from "./bot";
import { tokensIn } from "./token";

/** What stands in the place of a value that nobody should see over somebody's shoulder; it does not tell how long the value is. */
export const COVER = "••••••••";

/** Whether a name may hold a dotenv file's secrets: .env, .env.local, production.env. */
export const holdsSecrets = (path: string): boolean =>
  /^(\.env(\..+)?|.+\.env)$/i.test(path.slice(path.lastIndexOf("/") + 1));

export const isToml = (path: string): boolean => /\.toml$/i.test(path);

/** A file's text with its secrets covered, value by value; null: there is nothing in it to be covered. */
export function covered(path: string, text: string): string | null {
  const less = holdsSecrets(path) ? coverEnv(text) : isToml(path) ? coverToml(text) : text;
  return less === text ? null : less;
}

const ENV =
  /^([ \t]*#?[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*[=:][ \t]*)("(?:\\"|[^"])*"|'(?:\\'|[^'])*'|`(?:\\`|[^`])*`|[^\r\n]*)|^[ \t]*[^#\s][^\r\n]*/gm;
/** Says nothing of anybody. */
const HARMLESS = /^(["'`]?)(|true|false|yes|no|on|off|\d{1,5})\1\s*$/i;

/** Every value, but for switches and small numbers: an address or a word may be as secret as a key. */
const coverEnv = (text: string): string =>
  text.replace(ENV, (line, before: string | undefined, value: string | undefined) =>
    before === undefined || value === undefined ? COVER : HARMLESS.test(value) ? line : before + COVER,
  );

const PARTS =
  /#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[\w.+:-]+|\n|[^\S\n]+|[\s\S]/g;

/** Values whose name or look says that they are secret. Reads what is no whole TOML as well, for that is what stands in an editor. */
function coverToml(text: string): string {
  let name = "";
  let inValue = false;
  let inHeader = false;
  let table = false;
  let secret = false;
  const open: { kind: string; secret: boolean }[] = [];
  const parts = text.match(PARTS) ?? [];
  return parts
    .map((part) => {
      const inside = open.at(-1);
      if (part === "\n" && !inside) {
        inValue = false;
        inHeader = false;
      } else if (part === "=" && !inValue) {
        inValue = true;
        secret = looksSecret(name) || table || (inside?.secret ?? false);
      } else if (part === "[" && !inValue) {
        inHeader = true;
        table = false;
      } else if (part === "[" || part === "{") {
        open.push({ kind: part, secret });
        inValue = part === "[";
      } else if ((part === "]" || part === "}") && inside) {
        open.pop();
        inValue = true;
      } else if (part === ",") inValue = inside?.kind === "[";
      else if (part.startsWith("#")) return coverComment(part);
      else if (/^["'\w.+:-]/.test(part)) {
        if (inValue) return coverValue(part, secret);
        name = part;
        if (inHeader) table ||= looksSecret(name);
      }
      return part;
    })
    .join("");
}

function coverValue(value: string, secret: boolean): string {
  if (!secret && !isTelling(value)) return value;
  if (/^(true|false)$/.test(value)) return value;
  const quote = /^("""|'''|"|')/.exec(value)?.[0] ?? "";
  return value === quote + quote ? value : quote + COVER + quote;
}

const coverComment = (comment: string): string => {
  const [, before = "", value] = /^(#.*?=\s*)(.+)$/.exec(comment) ?? [];
  return value !== undefined && (looksSecret(before) || isTelling(value)) ? before + COVER : comment;
};

/** A Discord token, or an address with a password in it. */
const isTelling = (value: string): boolean => !tokensIn(value).next().done || /\/\/[^/\s:@]*:[^/\s@]+@/.test(value);
