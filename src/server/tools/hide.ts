import type { Actor } from "#contracts/access";
import { looksSecret } from "#contracts/bot";
import { COVER, covered, holdsSecrets, isToml } from "#contracts/covered";
import { AppError } from "#contracts/errors";
import type { FileHits } from "#contracts/file-search";
import { tokensIn } from "#contracts/token";
import { workerOf } from "../worker";

/*
 * What a file says to a language model: everything but secrets. Three things know them: the names that stand before values, what values
 * look like, and the worker, which has those that the panel keeps.
 */

/** Whether it is a model that asks. */
export const isModel = ({ via }: Actor): boolean => via === "tool";

type Of = { botId: string; nodeId: string };

/** A text of a bot's file as a model may read it. */
export const hidden = (of: Of, path: string, text: string): Promise<string> => masked(of, coverAll(path, text));

type Files = FileHits["files"];

/**
 * Lines that were found, as a model may read them. What was found inside of a secret is left out: by whether something is found, one could
 * be guessed letter by letter.
 */
export async function hiddenHits(of: Of, files: Files): Promise<Files> {
  const lines = files.flatMap(({ path, hits }) => hits.map(({ text }) => coverAll(path, text)));
  const shown = (await masked(of, lines.join("\n"))).split("\n").values();
  return files.flatMap(({ hits: found, ...file }) => {
    const hits = found.flatMap(({ start, end, ...hit }) => {
      const text = shown.next().value ?? "";
      const what = hit.text.slice(start, end);
      const at = text.indexOf(what);
      return at < 0 ? [] : [{ ...hit, text, start: at, end: at + what.length }];
    });
    return hits.length > 0 ? [{ ...file, hits }] : [];
  });
}

const masked = async ({ botId, nodeId }: Of, text: string): Promise<string> =>
  (await workerOf(nodeId).ask("bots.mask", { botId, text })).text;

/** Refuses what a model read covered and wants to write back: the values would be gone. AppError tool_covered. */
export function assertUncovered(text: string): void {
  if (text.includes(COVER)) throw new AppError("tool_covered");
}

/** A name, then `=`, `:` or `=>`, then a value in quotes: JSON, YAML, INI and most languages. */
const QUOTED = /((["'`]?)([\w.-]{1,64})\2\s*(?::|=>?)\s*)(["'`])((?:\\.|(?!\4)[^\\\n])*)\4/g;
/** The same without quotes, a line each, where a line is a setting. */
const BARE = /^([ \t]*(?:-[ \t]+)?([\w.-]{1,64})[ \t]*[:=][ \t]*)([^\s"'`{[&*|>#][^\r\n]*)$/gm;
const isSettings = (path: string): boolean => /\.(ya?ml|ini|cfg|conf|properties|txt)$/i.test(path);
const PRIVATE_KEY = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END|$)/g;
const WITH_PASSWORD = /(\/\/[^/\s:@"']*:)[^/\s@"']+(?=@)/g;

/** Covers what is secret by its name or its look. */
export function coverAll(path: string, text: string): string {
  if (holdsSecrets(path)) return covered(path, text) ?? text;
  const named = isToml(path) ? (covered(path, text) ?? text) : coverNamed(path, text);
  return coverTokens(named).replace(PRIVATE_KEY, `$1${COVER}$2`).replace(WITH_PASSWORD, `$1${COVER}`);
}

function coverNamed(path: string, text: string): string {
  const quoted = text.replace(QUOTED, (whole, before: string, _q, name: string, quote: string, value: string) =>
    looksSecret(name) && isValue(value) ? before + quote + COVER + quote : whole,
  );
  if (!isSettings(path)) return quoted;
  return quoted.replace(BARE, (whole, before: string, name: string) => (looksSecret(name) ? before + COVER : whole));
}

/** A secret has some length and no spaces; `key: "Escape"` is none. */
const isValue = (value: string): boolean => /^\S{8,}$/.test(value);

function coverTokens(text: string): string {
  let shown = "";
  let end = 0;
  for (const { at, token } of tokensIn(text)) {
    shown += text.slice(end, at) + COVER;
    end = at + token.length;
  }
  return shown + text.slice(end);
}
