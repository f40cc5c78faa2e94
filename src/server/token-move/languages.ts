/** A line with a token, in its file. */
export type Asked = { lines: readonly string[]; at: number; line: string; token: string; key: string };
/** The line without the token (null: it goes), and one that has to stand before it; or why the file is left as it is. */
export type Answer = { line: string | null; insert?: { at: number; line: string } } | "data" | "otherName" | "unsure";

/** How a token in a file of some language becomes what reads a variable. */
export type Language = {
  reads(key: string): string;
  rewrite(asked: Asked): Answer;
  /** The variable's name that stands before a token. */
  nameIn?(line: string): string | undefined;
};

type Rules = {
  reads: (key: string) => string;
  /** What may stand before a string that is the token and nothing else, and after it. */
  before: RegExp;
  after: RegExp;
  comment: RegExp;
  /** Whether a line begins inside of something that goes over several lines, as far as earlier lines tell. */
  inside: (above: string) => boolean;
};

/** Parts of a line before and after the string that is the token, with its quotes. */
function around(line: string, token: string): [string, string] | undefined {
  for (const quote of ['"', "'", "`"]) {
    const at = line.indexOf(quote + token + quote);
    if (at !== -1) return [line.slice(0, at), line.slice(at + token.length + 2)];
  }
  return undefined;
}

function rewriteCode({ lines, at, line, token, key }: Asked, rules: Rules): Answer {
  // What is not run may say anything.
  if (rules.comment.test(line)) return { line: line.replaceAll(token, key) };
  const [before, after] = around(line, token) ?? [];
  if (before === undefined || after === undefined) return "unsure";
  if (!rules.before.test(before) || !rules.after.test(after)) return "unsure";
  if (rules.inside(lines.slice(0, at).join("\n"))) return "unsure";
  return { line: before + rules.reads(key) + after };
}

const count = (text: string, what: RegExp): number => [...text.matchAll(what)].length;

// Nothing before it on the line that could make a text, a comment or a pattern of it, and then a place where a value stands.
const script: Rules = {
  reads: (key) => `process.env.${key}`,
  before: /^(?:[^"'`/<]*(?:[=(,:[|&?]|\breturn)|\s*(?:"[\w-]+"|'[\w-]+')\s*:)\s*$/,
  after: /^\s*(?:[),;\]}]|\|\||\?\?|\/\/|$)/,
  comment: /^\s*\/\//,
  inside: (above) => count(above, /(?<!\\)`/g) % 2 === 1 || above.lastIndexOf("/*") > above.lastIndexOf("*/"),
};

const javascript: Language = { reads: script.reads, rewrite: (asked) => rewriteCode(asked, script) };

const typed: Rules = { ...script, reads: (key) => `process.env.${key}!` };
const typescript: Language = {
  reads: script.reads,
  // A name and a value alone may be one of an enumeration, which takes no other value.
  rewrite: (asked) => (/^\s*\w+\s*=/.test(asked.line) ? "unsure" : rewriteCode(asked, typed)),
};

const triple = /"""|'''/g;
const snake: Rules = {
  reads: (key) => `os.environ["${key}"]`,
  before: /^(?:[^"'#]*(?:[=(,:[]|\breturn|\bor)|\s*(?:"[\w-]+"|'[\w-]+')\s*:)\s*$/,
  after: /^\s*(?:[),\]};]|#|$)/,
  comment: /^\s*#/,
  inside: (above) => count(above, triple) % 2 === 1,
};

const python: Language = {
  reads: snake.reads,
  rewrite(asked) {
    const answer = rewriteCode(asked, snake);
    if (typeof answer === "string" || snake.comment.test(asked.line)) return answer;
    const insert = importOf(asked.lines.slice(0, asked.at));
    if (insert === null) return "unsure";
    return insert === "there" ? answer : { ...answer, insert };
  },
};

/** Where `import os` has to stand above a line; null when that is not certain. */
function importOf(above: readonly string[]): { at: number; line: string } | "there" | null {
  const text = above.join("\n");
  if (/\bos\s*=[^=]/.test(text)) return null;
  if (above.some((line) => /^import\s+(?:[\w.]+\s*,\s*)*os\s*(?:,|#|;|\r?$)/.test(line))) return "there";
  const at = above.findIndex((line) => /^(?:import|from)\s+(?!__future__)[\w.]+/.test(line));
  if (at === -1 || snake.inside(above.slice(0, at).join("\n"))) return null;
  return { at, line: "import os" };
}

const ENTRY = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;
const dotenv: Language = {
  reads: (key) => key,
  nameIn: (line) => ENTRY.exec(line.replace(/\r$/, ""))?.[1],
  rewrite({ line, token, key }) {
    const [, name, value = ""] = ENTRY.exec(line) ?? [];
    if (name === undefined || !isOnly(value, token)) return "unsure";
    return name === key ? { line: null } : "otherName";
  },
};

/** Whether a value is the token, perhaps in quotes, perhaps with a comment after it. */
const isOnly = (value: string, token: string): boolean =>
  ["", '"', "'", "`"].some((quote) => {
    const whole = quote + token + quote;
    return value.startsWith(whole) && /^(\s+#.*|\s*)$/.test(value.slice(whole.length));
  });

/** Files of values: they cannot read anything. */
const data: Language = { reads: script.reads, rewrite: () => "data" };
const unknown: Language = { reads: script.reads, rewrite: () => "unsure" };

const byEnding: Readonly<Record<string, Language>> = {
  js: javascript,
  mjs: javascript,
  cjs: javascript,
  ts: typescript,
  mts: typescript,
  cts: typescript,
  py: python,
  json: data,
  jsonc: data,
  json5: data,
  toml: { ...data, reads: snake.reads },
  yaml: data,
  yml: data,
  ini: data,
  cfg: data,
};

/** The language of a file, by its name alone. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/^(\.env(\..+)?|.+\.env)$/.test(name)) return dotenv;
  const ending = name.slice(name.lastIndexOf(".") + 1);
  return Object.hasOwn(byEnding, ending) ? (byEnding[ending] ?? unknown) : unknown;
}
