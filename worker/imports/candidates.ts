import type { RuntimeName } from "#contracts/bot";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { type PackageManifest, startedFile } from "./manifest";
import type { Seen } from "./tree";

/** A file that could be the one to start; `points` only order them. */
export type Candidate = { path: string; runtime: RuntimeName; why: string; points: number };

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
    found.push({ path, runtime: kind.runtime, why: best.why, points: best.points + extra - against + home });
  }
  return found.sort((a, b) => b.points - a.points || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

/** Files that the project itself names as what to start. */
function namedFiles(files: readonly Seen[], manifest: PackageManifest | undefined, paths: ReadonlySet<string>) {
  const named = new Map<string, { points: number; why: string }>();
  const name = (file: string | undefined, points: number, why: string) => {
    const wanted = file?.replace(/^\.\//, "").replace(/\/$/, "");
    if (wanted === undefined) return;
    const path = [wanted, `${wanted}.js`, `${wanted}/index.js`].find((one) => paths.has(one));
    if (path !== undefined && !named.has(path)) named.set(path, { points, why });
  };
  const procfile = files.find(({ path }) => path === "Procfile")?.text ?? "";
  name(startedFile(/^(?:worker|bot|web)\s*:\s*(.+)$/m.exec(procfile)?.[1]), 120, en.detect.why.procfile);
  name(startedFile(manifest?.scripts?.start), 110, en.detect.why.start);
  name(manifest?.main, 100, en.detect.why.main);
  return named;
}
