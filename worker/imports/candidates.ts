import type { RuntimeName } from "#contracts/bot";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { type PackageManifest, readPackage } from "./manifest";
import { type Started, startedBy, startedByDocker, startedByScripts } from "./started";
import type { Seen } from "./tree";

/** A file that could be the one to start; `points` only order them. */
export type Candidate = {
  path: string;
  runtime: RuntimeName;
  why: string;
  points: number;
  /** The project itself says that it is what to start. */
  named: boolean;
};

const RUNTIMES: readonly {
  runtime: RuntimeName;
  file: RegExp;
  library: RegExp;
  login: RegExp;
  usual: readonly string[];
}[] = [
  {
    runtime: "node",
    file: /\.[cm]?js$/,
    library: /["'](discord\.js|eris|oceanic\.js|discordeno|seyfert)["']/,
    login: /\.login\s*\(|\.connect\s*\(/,
    usual: ["index", "bot", "main", "app", "server", "start"],
  },
  {
    runtime: "python",
    file: /\.py$/,
    library: /^\s*(import|from)\s+(discord|nextcord|disnake|hikari|interactions)\b/m,
    login: /\b(bot|client|\w+)\.(run|start)\s*\(/,
    usual: ["main", "bot", "app", "run", "__main__", "index"],
  },
];

const FOLDERS = ["", "src", "bot", "dist", "build", "app", "lib"];
/** What lies beside a bot but is not it. */
const BESIDE =
  /(^|\/)(tests?|__tests__|spec|examples?|docs|scripts|migrations|commands|events|cogs|utils?|helpers)\/|(^|\/)(deploy|register|setup|conftest|test_)[^/]*$|\.(config|test|spec|min)\.[cm]?js$|(^|\/)__init__\.py$/i;

/** Every file that Node or Python could start, best first. */
export function candidates(files: readonly Seen[], manifest: PackageManifest | undefined): Candidate[] {
  const paths = new Set(files.map(({ path }) => path));
  const named = namedFiles(files, manifest, paths);
  const found: Candidate[] = [];
  for (const { path, text = "" } of files) {
    const kind = RUNTIMES.find(({ file }) => file.test(path));
    if (!kind) continue;
    const plain = {
      points: 10,
      why: fill(en.detect.why.plain, { runtime: kind.runtime === "node" ? "Node" : "Python" }),
    };
    const reasons = [plain];
    const cut = path.lastIndexOf("/");
    const folder = FOLDERS.indexOf(path.slice(0, Math.max(cut, 0)));
    const rank = kind.usual.indexOf(path.slice(cut + 1).replace(kind.file, ""));
    if (folder >= 0 && rank >= 0) reasons.push({ points: 60 - 2 * rank - 5 * folder, why: en.detect.why.name });
    const library = kind.library.test(text);
    if (library) reasons.push({ points: 30, why: en.detect.why.library });
    if (library && kind.login.test(text)) reasons.push({ points: 62, why: en.detect.why.login });
    const word = named.get(path);
    if (word) reasons.push(word);
    const best = reasons.reduce((a, b) => (b.points > a.points ? b : a));
    // A few points of each further reason break ties; depth and company count against.
    const extra = reasons.reduce((sum, reason) => sum + (reason === best ? 0 : reason.points / 10), 0);
    const against = (BESIDE.test(path) && !word ? 40 : 0) + 3 * (path.split("/").length - 1);
    const home = (
      kind.runtime === "node"
        ? paths.has("package.json")
        : paths.has("requirements.txt") || paths.has("pyproject.toml")
    )
      ? 12
      : 0;
    const points = best.points + extra - against + home;
    found.push({ path, runtime: kind.runtime, why: best.why, points, named: word !== undefined });
  }
  return found.sort((a, b) => b.points - a.points || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

/** Files that the project itself names as what to start. */
function namedFiles(files: readonly Seen[], manifest: PackageManifest | undefined, paths: ReadonlySet<string>) {
  const named = new Map<string, { points: number; why: string }>();
  const name = (wanted: string | undefined, points: number, why: string, folder = "") => {
    const path = wanted === undefined ? undefined : placesOf(`${folder}${wanted}`).find((one) => paths.has(one));
    if (path !== undefined && !named.has(path)) named.set(path, { points, why });
  };
  const start = (started: Started | undefined, points: number, why: string, folder = "", main = "index.js") => {
    if (!started || "typescript" in started) return;
    if ("module" in started) {
      const path = started.module.replaceAll(".", "/");
      name(paths.has(`${path}.py`) ? `${path}.py` : `${path}/__main__.py`, points, why, folder);
    } else name(/^\.?\/?$/.test(started.file) ? main : started.file, points, why, folder);
  };
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? "";
  const fromManifest = (read: PackageManifest, points: number, folder = "") => {
    start(startedByScripts(read), points, en.detect.why.start, folder, read.main);
    name(read.main, points - 10, en.detect.why.main, folder);
  };
  start(startedBy(/^(?:worker|bot|web)\s*:\s*(.+)$/m.exec(textOf("Procfile"))?.[1]), 120, en.detect.why.procfile);
  if (manifest) fromManifest(manifest, 110);
  start(startedByDocker(textOf("Dockerfile")), 95, en.detect.why.docker);
  // Parts of a monorepo: what signs in to Discord among them says more than their own manifests do.
  for (const { path, text = "" } of files) {
    if (!path.endsWith("/package.json")) continue;
    const read = readPackage(text);
    if ("manifest" in read) fromManifest(read.manifest, 58, path.slice(0, -"package.json".length));
  }
  return named;
}

/** The files that Node would look for when it is told a name. */
export function placesOf(wanted: string): string[] {
  const path = wanted.replace(/^\.\//, "").replace(/\/(\.\/)?$/, "");
  const base = path === "" ? "index" : path;
  return [path, `${base}.js`, `${base}.mjs`, `${base}.cjs`, `${path}/index.js`, `${path}/index.mjs`];
}
