import { z } from "zod";
import { at } from "./process";

/*
 * What a bot's manifest asks for, what is installed of it, and the rules for names that people and error messages give. A name is
 * taken as it is or refused, never mended: it becomes an argument of a package manager's, which reads paths, addresses, archives and
 * aliases into what it is given.
 */

/** What installs a bot's dependencies; `uv`, poetry and the like are read as far as their files are pip's. */
export const packageManager = z.enum(["npm", "pnpm", "yarn", "pip"]);
export type PackageManager = z.infer<typeof packageManager>;

/** Longest name that a registry takes, and longest range that is read here. */
const NAME_CHARACTERS = 214;
const RANGE_CHARACTERS = 100;

/** A package as a person asks for it. `name` may carry extras for Python: `discord.py[voice]`. Whether they hold, the bot's kind decides. */
export const packageRequest = z.object({
  name: z.string().min(1).max(300),
  /** A version, a range or (npm) a tag; left out: the newest. */
  range: z.string().max(RANGE_CHARACTERS).default(""),
});
export type PackageRequest = z.infer<typeof packageRequest>;

// npm and pip take what ends like this for a file, whatever stands before it.
const archive = /\.(?:tgz|tar|zip|whl|tar\.[a-z0-9]+|tbz2?|txz|tlz)$/i;
const part = "[A-Za-z0-9][A-Za-z0-9._~-]*";
const nodeName = new RegExp(`^(?:@${part}/)?${part}$`);
const reserved = /^(?:node_modules|favicon\.ico)$/i;

/** Whether npm could hold a package of this name: with or without a scope, no path, address, archive or option. */
export const isNodeName = (name: string): boolean =>
  name.length <= NAME_CHARACTERS && nodeName.test(name) && !archive.test(name) && !reserved.test(name);

const number = "(?:\\d{1,16}|[xX*])";
const version = `v?${number}(?:\\.${number}){0,2}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?`;
const comparator = `(?:(?:[<>]=?|[=~^]) ?)?${version}`;
const nodeRange = new RegExp(`^${comparator}(?:(?: | - | ?\\|\\| ?)${comparator})*$`);
const nodeTag = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** Whether npm reads this as a version, a range of them or a tag, and as nothing else. */
export const isNodeRange = (range: string): boolean =>
  range.length <= RANGE_CHARACTERS && (nodeRange.test(range) || nodeTag.test(range)) && !archive.test(range);

const pythonName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const pythonExtras = /^([^[\]]+)(?:\[([^[\]]*)\])?$/;

/** The name and extras of `discord.py[voice,speed]` (PEP 508); null for what is none: paths, addresses, archives, options. */
export function pythonParts(text: string): { name: string; extras: readonly string[] } | null {
  const match = pythonExtras.exec(text);
  const name = match?.[1] ?? "";
  const extras = match?.[2]?.split(",") ?? [];
  const isName = (word: string) => word.length <= NAME_CHARACTERS && pythonName.test(word);
  if (text.length > NAME_CHARACTERS || !isName(name) || archive.test(name) || !extras.every(isName)) return null;
  return { name, extras };
}

const clause = "(?:===|==|~=|!=|<=|>=|<|>) ?[0-9A-Za-z][0-9A-Za-z.!+_-]*(?:\\.\\*)?";
const pythonRange = new RegExp(`^${clause}(?: ?, ?${clause})*$`);
const bareVersion = /^v?\d[0-9A-Za-z.!+_-]*$/;

/** A version specifier (PEP 440) as pip writes it, a bare version meaning exactly that one; null for what is none. "" stays "". */
export function pythonSpecifier(text: string): string | null {
  const range = bareVersion.test(text) ? `==${text}` : text;
  if (range === "") return "";
  if (range.length > RANGE_CHARACTERS || !pythonRange.test(range) || archive.test(range)) return null;
  return range.replace(/ /g, "");
}

/** By this name Python's packages are the same: `Discord.Py` and `discord-py` are. */
export const samePython = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** One dependency that a manifest names. */
export const dependency = z.object({
  name: z.string(),
  /** The range as it stands there; "" for any. */
  wanted: z.string(),
  /** The file that names it, relative to the bot's folder. */
  file: z.string(),
  group: z.enum(["main", "dev", "optional"]),
  /** The version that is there; null when none is, or nobody can tell. */
  installed: z.string().nullable(),
  /** `other`: it is there in a version that is not asked for. `unknown`: whether it fits cannot be told without asking its manager. */
  state: z.enum(["ok", "missing", "other", "unknown"]),
});
export type Dependency = z.infer<typeof dependency>;

/** What the package manager last said of them. */
export const dependencyReport = z.object({
  at,
  /** Null: it did not say, see troubles. */
  outdated: z
    .array(z.object({ name: z.string(), current: z.string(), wanted: z.string(), latest: z.string() }))
    .nullable(),
  vulnerable: z
    .array(
      z.object({
        name: z.string(),
        severity: z.string(),
        title: z.string(),
        /** Versions that are touched, as the report writes them. */
        range: z.string(),
        /** Whether a newer version mends it. */
        fixed: z.boolean(),
      }),
    )
    .nullable(),
  /** Why something is not known: the registry cannot be reached, there is no lockfile, this manager does not say. */
  troubles: z.array(
    z.object({
      about: z.enum(["outdated", "vulnerable"]),
      why: z.enum(["unreachable", "lockfile", "unsaid", "failed"]),
      detail: z.string(),
    }),
  ),
});
export type DependencyReport = z.infer<typeof dependencyReport>;

const what = z.object({ kind: z.enum(["install", "remove", "check"]), name: z.string(), range: z.string() });

/** What is being done to a bot's dependencies, or was last. `id` names one piece of work and its log. */
export const dependencyWork = z.discriminatedUnion("state", [
  z.object({ state: z.literal("none") }),
  /** `waiting`: a start or another install goes first. */
  z.object({ state: z.literal("running"), id: z.string(), what, since: at, waiting: z.boolean() }),
  z.object({ state: z.literal("done"), id: z.string(), what, at, ms: z.number().int() }),
  z.object({
    state: z.literal("failed"),
    id: z.string(),
    what,
    at,
    /** A code of contracts/errors.ts and the values of its sentence. */
    code: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type DependencyWork = z.infer<typeof dependencyWork>;

/** A bot's dependencies at one moment. Listing them runs nothing: files are read. */
export const dependencyView = z.object({
  manager: packageManager.nullable(),
  /** Files that were read, relative to the bot's folder. */
  files: z.array(z.string()),
  /** Files that could not be read, and why. */
  broken: z.array(z.object({ file: z.string(), detail: z.string() })),
  /** At most 1,000. */
  dependencies: z.array(dependency),
  /** Installed beside what is asked for, because something asked for needs it; at most 1,000. */
  others: z.array(z.object({ name: z.string(), version: z.string() })),
  report: dependencyReport.nullable(),
  work: dependencyWork,
});
export type DependencyView = z.infer<typeof dependencyView>;

/** A stretch of the log of the last work; `next` is where to go on. Begins anew with each work. */
export const dependencyLog = z.object({ id: z.string(), lines: z.array(z.string()), next: z.number().int() });
export type DependencyLog = z.infer<typeof dependencyLog>;
