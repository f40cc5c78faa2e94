import { botName, innerPath } from "#contracts/bot";
import { fill } from "#contracts/errors";
import type { Detection } from "#contracts/import";
import { holdsToken } from "#contracts/token";
import { en } from "#contracts/words/en";
import { requirementPlaces } from "../runtimes/index";
import { type Candidate, candidates, placesOf } from "./candidates";
import { leastNode, type PackageManifest, readPackage } from "./manifest";
import { startedByScripts } from "./started";
import type { Seen } from "./tree";

/** What is known besides the files. */
export type Around = {
  /** Version of the Node that bots run on. */
  node: string;
  /** Names to fall back on: the repository's, the folder's, the zip's. */
  names: readonly string[];
};

const NODE_LIBRARY =
  /^(discord\.js|eris|oceanic\.js|@discordjs\/.+|discordeno|@discordeno\/.+|discord-hybrid-sharding|seyfert|detritus-client)$/;
const PYTHON_LIBRARY =
  /(^|\n)\s*(discord\.py|discord-py|discord|py-cord|nextcord|disnake|hikari|discord-py-interactions|interactions\.py)\b/i;
const USES_DISCORD =
  /(require\(|from\s+|import\s+)["'](discord\.js|eris|oceanic\.js|discordeno|seyfert)["']|^\s*(import|from)\s+(discord|nextcord|disnake|hikari|interactions)\b/m;
const READS_TOKEN = /\bDISCORD_(BOT_)?TOKEN\b/;

/** Guesses how the files are run and what a person should know first. Pure: the same files give the same answer. */
export function detect(files: readonly Seen[], { node, names }: Around): Detection {
  const warnings: string[] = [];
  const texts = new Map(files.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text] as const])));
  const manifest = readManifest(texts, warnings);
  const found = candidates(files, manifest).filter(({ path }) => innerPath.safeParse(path).success);
  const paths = new Set(files.map(({ path }) => path));
  const tool = installer(paths, manifest, found[0]);
  const built = builtLater(paths, manifest, tool);
  if (built) found.unshift(built.candidate);
  const best = found[0];
  const choice = built ? built.ask : chooseOf(found);
  if (built) warnings.push(built.ask);
  else if (found.length === 0) {
    const onlyTypes = files.some(({ path }) => /\.[mc]?tsx?$/.test(path) && !path.endsWith(".d.ts"));
    if (!runsTypes(manifest, warnings))
      warnings.push(onlyTypes ? en.detect.warning.typescriptOnly : en.detect.warning.nothingToRun);
  } else {
    warnMissingStart(paths, manifest, warnings);
    if (choice !== null) warnings.push(choice);
  }
  if (best?.runtime !== "python") warnNode(texts, manifest, node, warnings);
  warnTokens(files, warnings);
  const discord = [...texts.values()].some((text) => USES_DISCORD.test(text) || READS_TOKEN.test(text));
  return {
    runtime: best?.runtime ?? null,
    entry: choice === null ? (best?.path ?? null) : null,
    entries: found.slice(0, 50).map(({ path, runtime, why }) => ({ path, runtime, why })),
    installer: tool,
    name: suggestName([manifest?.name?.replace(/^@[^/]*\//, ""), pythonName(texts.get("pyproject.toml")), ...names]),
    warnings: warnings.slice(0, 20),
    tokenOptional: !(discord || hasLibrary(texts, manifest)),
  };
}

function readManifest(texts: ReadonlyMap<string, string>, warnings: string[]): PackageManifest | undefined {
  const text = texts.get("package.json");
  if (text === undefined) return undefined;
  const read = readPackage(text);
  if ("manifest" in read) return read.manifest;
  warnings.push(fill(en.detect.warning.manifestBroken, { file: "package.json", detail: read.broken }));
  return undefined;
}

/** Why nobody but a person can say which file is the one to start; null when there is no doubt. */
function chooseOf([best, second]: readonly Candidate[]): string | null {
  if (!best || best.named) return null;
  if (best.points < 0) return fill(en.detect.warning.unlikely, { file: best.path });
  const close = second?.why === best.why && best.why === en.detect.why.login && best.points - second.points < 5;
  return close ? fill(en.detect.warning.several, { one: best.path, other: second.path }) : null;
}

/** The file that the package starts, where that is made by a build which is still to come; and what to do about it. */
function builtLater(
  paths: ReadonlySet<string>,
  manifest: PackageManifest | undefined,
  tool: Detection["installer"],
): { candidate: Candidate; ask: string } | undefined {
  if (!manifest) return undefined;
  const started = startedByScripts(manifest);
  const wanted = (started && "file" in started ? started.file : undefined) ?? manifest.main;
  const sources = [...paths].some((path) => /\.[mc]?tsx?$/.test(path) && !path.endsWith(".d.ts"));
  if (wanted === undefined || !sources || placesOf(wanted).some((path) => paths.has(path))) return undefined;
  const command = manifest.scripts?.build === undefined ? "npx tsc" : `${tool === "none" ? "npm" : tool} run build`;
  const path = /\.[cm]?js$/.test(wanted) ? placesOf(wanted)[0] : placesOf(wanted).at(-2);
  if (path === undefined || /^(\.|index\.js$)/.test(path)) return undefined;
  const file = path.slice(0, 120);
  return {
    candidate: { path, runtime: "node", why: fill(en.detect.why.built, { command }), points: 0, named: true },
    ask: fill(en.detect.warning.buildFirst, { file, command }),
  };
}

/** Says that the package starts TypeScript by a tool of its own, if it does. */
function runsTypes(manifest: PackageManifest | undefined, warnings: string[]): boolean {
  const started = manifest && startedByScripts(manifest);
  if (!started || !("typescript" in started)) return false;
  const { typescript, tool } = started;
  warnings.push(fill(en.detect.warning.typescriptRun, { file: typescript.slice(0, 120), tool }));
  return true;
}

function warnMissingStart(paths: ReadonlySet<string>, manifest: PackageManifest | undefined, warnings: string[]) {
  const main = manifest?.main?.replace(/^\.\//, "");
  // "index.js" is what `npm init` writes into every package, whether there is one or not.
  if (main === undefined || main === "" || main === "index.js") return;
  if (!placesOf(main).some((path) => paths.has(path)))
    warnings.push(fill(en.detect.warning.startMissing, { file: main.slice(0, 120) }));
}

function warnNode(
  texts: ReadonlyMap<string, string>,
  manifest: PackageManifest | undefined,
  have: string,
  warnings: string[],
) {
  const asked: readonly (readonly [string, string | undefined])[] = [
    [".nvmrc", texts.get(".nvmrc")],
    [".node-version", texts.get(".node-version")],
    ["package.json", manifest?.engines?.node],
  ];
  const [major = 0, minor = 0] = have.replace(/^v/, "").split(".").map(Number);
  for (const [file, text] of asked) {
    const least = leastNode(text?.trim().split("\n")[0]?.replace(/^v/, "") ?? "");
    if (!least || least[0] < major || (least[0] === major && least[1] <= minor)) continue;
    warnings.push(
      fill(en.detect.warning.nodeOlder, { file, wanted: text?.trim().slice(0, 40) ?? "", have: `${major}.${minor}` }),
    );
    return;
  }
}

function warnTokens(files: readonly Seen[], warnings: string[]) {
  for (const { path, text } of files) {
    if (text !== undefined && holdsToken(text))
      warnings.push(fill(en.detect.warning.tokenInFile, { file: path.slice(0, 120) }));
  }
}

function hasLibrary(texts: ReadonlyMap<string, string>, manifest: PackageManifest | undefined): boolean {
  const names = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies });
  if (names.some((name) => NODE_LIBRARY.test(name))) return true;
  const quoted = texts.get("pyproject.toml")?.replace(/["'[,]/g, "\n") ?? "";
  return requirementPlaces.some((path) => PYTHON_LIBRARY.test(texts.get(path) ?? "")) || PYTHON_LIBRARY.test(quoted);
}

function installer(
  paths: ReadonlySet<string>,
  manifest: PackageManifest | undefined,
  best: Candidate | undefined,
): Detection["installer"] {
  if (best?.runtime === "python")
    return [...requirementPlaces, "pyproject.toml"].some((path) => paths.has(path)) ? "pip" : "none";
  if (!paths.has("package.json")) return "none";
  if (paths.has("pnpm-lock.yaml")) return "pnpm";
  if (paths.has("yarn.lock")) return "yarn";
  if (paths.has("package-lock.json") || paths.has("npm-shrinkwrap.json")) return "npm";
  if (manifest && Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length === 0) return "none";
  if (manifest?.packageManager?.startsWith("pnpm@")) return "pnpm";
  if (manifest?.packageManager?.startsWith("yarn@")) return "yarn";
  return "npm";
}

const pythonName = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];

/** The first of the names that a bot may have; what everything is called says nothing. */
function suggestName(names: readonly (string | undefined)[]): string | null {
  for (const name of names) {
    const read = botName.safeParse(name ?? "");
    if (read.success && !/^(files|src|bot|main|master|app|archive|upload)$/i.test(read.data)) return read.data;
  }
  return null;
}
