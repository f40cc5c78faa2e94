import { satisfies as semverSatisfies, validRange } from "semver";
import type { BotDefinition } from "#contracts/bot";
import { type Dependency, type DependencyView, type PackageManager, samePython } from "#contracts/dependencies";
import { AppError } from "#contracts/errors";
import { createJail } from "../files/index";
import type { Sight } from "../files/open";
import type { BotFolders } from "../ports/index";
import { findWay, requirementPlaces } from "../runtimes/index";
import { type Asked, askedByPackage, askedByProject, askedByRequirements, includesOf } from "./asked";
import { type Installed, nodeInstalled, nodeVersion, pythonInstalled } from "./installed";
import { satisfies } from "./pep440";
import { readSmall } from "./read";

/** What was read: everything of a view but the work and the report. */
export type Listing = Omit<DependencyView, "work" | "report">;

/** Files that one look takes in at most: requirements may include one another. */
const FILES = 20;
/** Packages that are told of, asked for and others each; a manifest of more is nobody's bot. */
const MANY = 1_000;
/** A longer range is left to its manager, characters. */
const RANGE = 300;

/** Reads what a bot's manifest asks for and what is installed of it, as far as `sight` goes. Nothing of the bot's is run. */
export async function listDependencies(
  folders: BotFolders,
  { runtime, entry }: Pick<BotDefinition, "runtime" | "entry">,
  sight?: Sight,
): Promise<Listing> {
  const jail = createJail(folders.files, sight);
  const files: string[] = [];
  const broken: Listing["broken"] = [];

  /** What a file asks for; nothing when it is not there, and told when it cannot be read. */
  async function take(file: string, read: (text: string, file: string) => Asked[]): Promise<Asked[] | undefined> {
    try {
      const text = await readSmall(jail, file.split("/"));
      if (text === undefined) return undefined;
      const asked = read(text, file);
      files.push(file);
      return asked;
    } catch (error) {
      broken.push({ file, detail: sayWhy(error) });
      return [];
    }
  }

  return runtime === "node" ? nodeListing() : pythonListing();

  async function nodeListing(): Promise<Listing> {
    const all: Asked[] = [];
    for (const folder of above(entry)) {
      all.push(...((await take([...folder, "package.json"].join("/"), askedByPackage)) ?? []));
    }
    const dependencies: Dependency[] = [];
    for (const { conditional, ...one } of all.slice(0, MANY)) {
      const found = await nodeVersion(jail, one.file.split("/").slice(0, -1), one.name);
      const fits = found === undefined ? null : fitsNode(found, one.wanted);
      dependencies.push({ ...one, installed: found ?? null, state: stateOf(found, fits, conditional) });
    }
    const names = new Set(dependencies.map(({ name }) => name));
    const others = (await nodeInstalled(jail)).filter(({ name }) => !names.has(name));
    return { manager: await nodeManager(folders.files), files, broken, dependencies, others: sorted(others) };
  }

  async function pythonListing(): Promise<Listing> {
    const all = (await requirements(take)) ?? (await take("pyproject.toml", askedByProject)) ?? [];
    const installed = await pythonInstalled(createJail(folders.venv));
    const versions = new Map(installed.map(({ name, version }) => [samePython(name), version]));
    const dependencies = all.slice(0, MANY).map(({ conditional, ...one }): Dependency => {
      const found = versions.get(samePython(one.name));
      const range = one.wanted.replace(/^\[[^\]]*\]/, "");
      const fits = found === undefined || conditional ? null : satisfies(found, range);
      return { ...one, installed: found ?? null, state: stateOf(found, fits, conditional) };
    });
    const names = new Set(dependencies.map(({ name }) => samePython(name)));
    const others = installed.filter(({ name }) => !names.has(samePython(name)));
    return { manager: "pip", files, broken, dependencies, others: sorted(others) };
  }
}

type Take = (file: string, read: (text: string, file: string) => Asked[]) => Promise<Asked[] | undefined>;

/** What the requirements file asks for and those that it takes in; undefined when there is none. */
async function requirements(take: Take): Promise<Asked[] | undefined> {
  const seen = new Set<string>();
  async function read(file: string): Promise<Asked[] | undefined> {
    if (seen.has(file) || seen.size >= FILES) return [];
    seen.add(file);
    let more: string[] = [];
    const asked = await take(file, (text) => {
      more = includesOf(text);
      return askedByRequirements(text, file);
    });
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
    for (const name of more) asked?.push(...((await read(plain(`${folder}${name}`))) ?? []));
    return asked;
  }
  for (const place of requirementPlaces) {
    const asked = await read(place);
    if (asked) return asked;
  }
  return undefined;
}

/** A path without the parts that lead nowhere or one up; what leads out stays as it is, and is refused. */
function plain(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** The bot's folder, and those between it and its entry: in a monorepo each may have a manifest. */
const above = (entry: string): string[][] => entry.split("/").map((_, depth, parts) => parts.slice(0, depth));

/** Which program installs a Node bot's packages, as the installer decides. */
const nodeManager = (files: string): Promise<PackageManager> =>
  findWay(files).then(
    ({ program }) => program,
    // Told among what is broken.
    () => "npm",
  );

/** Null where only the manager can tell: a tag, a folder, an address. */
const fitsNode = (version: string, wanted: string): boolean | null =>
  wanted.length > RANGE || validRange(wanted, { loose: true }) === null
    ? null
    : semverSatisfies(version, wanted, { loose: true });

function stateOf(found: string | undefined, fits: boolean | null, conditional?: boolean): Dependency["state"] {
  if (found === undefined) return conditional ? "unknown" : "missing";
  return fits === null ? "unknown" : fits ? "ok" : "other";
}

const sorted = (all: Installed[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MANY);

function sayWhy(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? (error.message.split("\n")[0] ?? "").slice(0, 200) : "";
}
