import { z } from "zod";
import { AppError } from "#contracts/errors";
import type { BotFolders, InstallPlan } from "../ports/index";
import type { Passed } from "./passed";
import { ask, exists, hashOf, installEnv, pathOf, readManifest, readsNamed, readsOf } from "./programs";

export type PythonMachine = { python: string; version: string; passed: Passed };

/** Where requirements stand, the first that is there. */
export const requirementPlaces = [
  "requirements.txt",
  "requirements/prod.txt",
  "requirements/production.txt",
  "requirements/base.txt",
  "requirements/main.txt",
] as const;

/** What to tell pip to install, and what that depends on. */
type Wanted = { tool: string; args: readonly string[]; texts: readonly string[] };

/** How the packages of a Python bot are installed, into a venv of its own; null when it has none. */
export async function packagesPlan(folders: BotFolders, machine: PythonMachine): Promise<InstallPlan | null> {
  const { python, version } = machine;
  const wanted = (await fromRequirements(folders)) ?? (await fromProject(folders, python));
  if (!wanted) return null;
  const { env, reads, makeVenv, inVenv } = await venvOf(folders, machine);
  return {
    tool: wanted.tool,
    hash: hashOf(version, ...wanted.args, ...wanted.texts),
    present: await exists(inVenv, "file"),
    reads,
    steps: [makeVenv, { argv: [inVenv, "-m", "pip", "install", ...wanted.args], cwd: folders.files, env }],
  };
}

/** The venv of a bot: how it is made, its Python, and what pip is run with. */
export async function venvOf(folders: BotFolders, { python, passed }: PythonMachine) {
  // Debian keeps this in a package of its own, and `python3 -m venv` would leave half a venv behind.
  if ((await ask(python, ["-c", "import ensurepip, venv"])) === undefined) {
    throw new AppError("runtime_unavailable", { runtime: "python3-venv" });
  }
  const env = await installEnv(folders, { program: "pip", passed, path: pathOf(`${folders.venv}/bin`) });
  const makeVenv: InstallPlan["steps"][number] = {
    argv: [python, "-m", "venv", "--clear", folders.venv],
    cwd: folders.root,
    env,
  };
  const reads = [...(await readsOf(python)), ...(await readsNamed(passed))];
  return { env, reads, makeVenv, inVenv: `${folders.venv}/bin/python` };
}

async function fromRequirements({ files }: BotFolders): Promise<Wanted | null> {
  const texts: string[] = [];
  const seen = new Set<string>();
  /** Takes in a file and those it includes, as far as they lie in the bot's folder. */
  async function read(name: string): Promise<boolean> {
    if (seen.has(name) || seen.size > 20 || /^\/|(^|\/)\.\.(\/|$)/.test(name)) return false;
    seen.add(name);
    const text = await readManifest(`${files}/${name}`, name);
    if (text === undefined) return false;
    texts.push(text);
    const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
    for (const match of text.matchAll(/^[ \t]*(?:-r|-c|--requirement|--constraint)[= \t]+(\S+)/gm)) {
      await read(`${folder}${match[1]}`);
    }
    return true;
  }
  for (const file of requirementPlaces) {
    if (!(await read(file))) continue;
    const asks = texts[0]?.split("\n").some((line) => /^\s*[^#\s]/.test(line));
    return asks ? { tool: "pip", args: ["-r", file], texts } : null;
  }
  return null;
}

/** Says what a pyproject.toml asks for; Python reads its own format. The text is constant, the file an argument. */
const READ_PROJECT = `import json, sys
try:
    import tomllib
except ImportError:
    try:
        from pip._vendor import tomli as tomllib
    except ImportError:
        print(json.dumps({"dependencies": [], "build": True})); sys.exit()
try:
    with open(sys.argv[1], "rb") as file:
        read = tomllib.load(file)
    project = read.get("project", {})
    print(json.dumps({"dependencies": project.get("dependencies", []),
                      "build": "project" not in read and "build-system" in read}))
except Exception as error:
    print(json.dumps({"broken": str(error)}))
`;

const projectShape = z.union([
  z.object({ broken: z.string() }),
  z.object({ dependencies: z.array(z.string()), build: z.boolean() }),
]);

async function fromProject({ files }: BotFolders, python: string): Promise<Wanted | null> {
  const file = "pyproject.toml";
  const text = await readManifest(`${files}/${file}`, file);
  if (text === undefined) return null;
  const unreadable = (detail: string) => new AppError("manifest_unreadable", { file, detail });
  // -I: no module of the bot's is imported by us.
  const answer = await ask(python, ["-I", "-c", READ_PROJECT, `${files}/${file}`]);
  if (answer === undefined) throw unreadable("Python could not read it");
  const project = projectShape.safeParse(JSON.parse(answer));
  if (!project.success) throw unreadable("project.dependencies is not a list of texts");
  if ("broken" in project.data) throw unreadable(project.data.broken.slice(0, 200));
  const { dependencies, build } = project.data;
  // A requirement never starts with a dash; what does would be an option of pip's.
  if (dependencies.some((one) => /^\s*-/.test(one))) throw unreadable("a dependency starts with a dash");
  if (dependencies.length > 0) return { tool: "pip", args: dependencies, texts: [text] };
  return build ? { tool: "pip", args: ["."], texts: [text] } : null;
}
