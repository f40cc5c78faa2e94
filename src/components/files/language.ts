import { nameOf } from "./paths";

/** Languages that the editor knows, as Monaco names them (monaco/setup.ts brings them). */
export type Language =
  | "css"
  | "dockerfile"
  | "html"
  | "ini"
  | "javascript"
  | "json"
  | "markdown"
  | "plaintext"
  | "python"
  | "shell"
  | "sql"
  | "typescript"
  | "xml"
  | "yaml";

const byEnding = new Map<string, Language>(
  Object.entries({
    bash: "shell",
    cfg: "ini",
    cjs: "javascript",
    conf: "ini",
    css: "css",
    cts: "typescript",
    env: "ini",
    htm: "html",
    html: "html",
    ini: "ini",
    js: "javascript",
    json: "json",
    json5: "javascript",
    jsonc: "json",
    jsx: "javascript",
    lock: "yaml",
    markdown: "markdown",
    md: "markdown",
    mjs: "javascript",
    mts: "typescript",
    properties: "ini",
    py: "python",
    pyi: "python",
    pyw: "python",
    service: "ini",
    sh: "shell",
    sql: "sql",
    svg: "xml",
    toml: "ini",
    ts: "typescript",
    tsx: "typescript",
    xml: "xml",
    yaml: "yaml",
    yml: "yaml",
    zsh: "shell",
  }),
);

const byName = new Map<string, Language>(
  Object.entries({
    ".editorconfig": "ini",
    ".eslintrc": "json",
    ".gitconfig": "ini",
    ".npmrc": "ini",
    ".prettierrc": "json",
    "cargo.lock": "ini",
    dockerfile: "dockerfile",
    makefile: "shell",
    "poetry.lock": "ini",
    procfile: "yaml",
    "uv.lock": "ini",
  }),
);

/** The language of a file, by its name alone. */
export function languageOf(path: string): Language {
  const name = nameOf(path).toLowerCase();
  const known = byName.get(name);
  if (known) return known;
  if (/^\.env(\.|$)/.test(name)) return "ini";
  if (/^dockerfile\.|\.dockerfile$/.test(name)) return "dockerfile";
  const dot = name.lastIndexOf(".");
  return (dot === -1 ? undefined : byEnding.get(name.slice(dot + 1))) ?? "plaintext";
}
