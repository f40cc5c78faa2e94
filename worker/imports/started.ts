import type { PackageManifest } from "./manifest";

/** What a command line starts: a file, a module of Python's, or TypeScript that only its own tool can run. */
export type Started = { file: string } | { module: string } | { typescript: string; tool: string };

const TYPESCRIPT = /\.[cm]?tsx?$/;
const WITH_VALUE = /^(-r|--require|--import|--loader|--env-file|--conditions|-C|-W|-X)$/;

/** Reads a command like `NODE_ENV=production node --enable-source-maps src/index.js`; nothing for any other program. */
export function startedBy(command: unknown): Started | undefined {
  if (typeof command !== "string") return undefined;
  // What comes last is what stays: `npm run build && node dist`.
  const words = (command.split(/&&|;/).at(-1) ?? "").trim().split(/\s+/);
  while (words[0] !== undefined && /^(cross-env|exec|dotenv|--|npx|env|[A-Za-z_]\w*=\S*)$/.test(words[0]))
    words.shift();
  const tool = words.shift() ?? "";
  if (/^(tsx|ts-node|ts-node-dev|tsnd|bun)$/.test(tool)) {
    const typescript = words.find((word) => TYPESCRIPT.test(word));
    return typescript === undefined ? undefined : { typescript: clean(typescript), tool };
  }
  if (!/^(node|nodemon|python\d?(\.\d+)?)$/.test(tool)) return undefined;
  while (words[0]?.startsWith("-")) {
    const flag = words.shift() ?? "";
    if (flag === "-m" && words[0] !== undefined) return { module: words[0] };
    if (WITH_VALUE.test(flag)) words.shift();
  }
  const file = words[0] === undefined ? undefined : clean(words[0]);
  if (file === undefined) return undefined;
  return TYPESCRIPT.test(file) ? { typescript: file, tool } : { file };
}

/** What a package's start script starts, through scripts that call another by name. */
export function startedByScripts({ scripts = {} }: Pick<PackageManifest, "scripts">): Started | undefined {
  let script = scripts.start;
  for (let hops = 0; hops < 4; hops++) {
    const found = startedBy(script);
    if (found) return found;
    const name = /(?:^|&&|;)\s*(?:npm run|yarn(?: run)?|pnpm(?: run)?|bun run)\s+([\w:.-]+)\s*$/.exec(
      typeof script === "string" ? script : "",
    )?.[1];
    if (name === undefined) return undefined;
    script = scripts[name];
  }
  return undefined;
}

/** What a container of the project would run: the last CMD or ENTRYPOINT of its Dockerfile. */
export function startedByDocker(text: string): Started | undefined {
  const lines = [...text.replace(/\\\r?\n/g, " ").matchAll(/^\s*(?:CMD|ENTRYPOINT)\s+(.+?)\s*$/gim)];
  return startedBy(
    lines
      .at(-1)?.[1]
      ?.replace(/^\[|\]$/g, "")
      .replace(/["']\s*,\s*["']/g, " ")
      .replace(/^\s*["']|["']\s*$/g, ""),
  );
}

const clean = (word: string) => word.replace(/^["']|["']$/g, "").replace(/^\.\//, "");
