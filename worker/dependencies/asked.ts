import { parse as parseToml } from "smol-toml";
import { z } from "zod";
import { type Dependency, pythonParts } from "#contracts/dependencies";

/** What one line of a manifest asks for. */
export type Asked = Pick<Dependency, "name" | "wanted" | "file" | "group"> & {
  /** It is needed under conditions that only its manager can judge (an environment marker, an optional peer). */
  conditional?: boolean;
};

const group = z.record(z.string(), z.string()).catch({});
const packageShape = z.object({
  dependencies: group.optional(),
  devDependencies: group.optional(),
  optionalDependencies: group.optional(),
});

/** What a package.json asks for. Throws for what is no JSON, or no object. */
export function askedByPackage(text: string, file: string): Asked[] {
  const read = packageShape.parse(JSON.parse(text.replace(/^\ufeff/, "")));
  const of = (named: Record<string, string> | undefined, group: Asked["group"]): Asked[] =>
    Object.entries(named ?? {}).map(([name, wanted]) => ({ name, wanted, file, group }));
  const all = [
    ...of(read.optionalDependencies, "optional").map((one) => ({ ...one, conditional: true })),
    ...of(read.dependencies, "main"),
    ...of(read.devDependencies, "dev"),
  ];
  // npm writes what is optional into both.
  const seen = new Set<string>();
  return all.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** A requirement without its hashes is shorter, characters. */
const LINE = 2_000;

/** A requirement (PEP 508), its comment left out; null for options, paths and addresses, and for what is too long to be one. */
export function readRequirement(
  line: string,
): { name: string; extras: string; wanted: string; marker: boolean } | null {
  const text = line
    .trim()
    .replace(/(^|\s)#.*$/, "")
    .replace(/\s--hash\b.*$/, "")
    // One space at most between two things: with many of them the pattern below would try every way to share them out.
    .replace(/\s+/g, " ");
  if (text.length > LINE) return null;
  const match = /^([A-Za-z0-9][\w.-]*) ?(\[[^\]]*\])? ?(@ ?\S+|\(?[<>=!~][^;]*)? ?(;.*)?$/.exec(text);
  const [, name = "", extras = "", range = "", marker] = match ?? [];
  if (!match || !pythonParts(name)) return null;
  return {
    name,
    extras,
    wanted: range
      .trim()
      .replace(/^\(|\)$/g, "")
      .trim(),
    marker: marker !== undefined,
  };
}

/** The files that a requirements file takes in, as it names them; constraints ask for nothing. */
export const includesOf = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*(?:-r|--requirement)[= \t][ \t]*(\S+)/gm)].flatMap(([, name]) => name ?? []);

/** What a requirements file itself asks for. */
export function askedByRequirements(text: string, file: string): Asked[] {
  return text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .flatMap((line) => ofRequirement(line, file, /(^|[/.-])(dev|test)s?\b/i.test(file) ? "dev" : "main"));
}

function ofRequirement(line: string, file: string, group: Asked["group"]): Asked[] {
  const read = readRequirement(line);
  if (!read) return [];
  const { name, extras, wanted, marker } = read;
  return [{ name, wanted: `${extras}${wanted}`, file, group, ...(marker && { conditional: true }) }];
}

const texts = z.array(z.string()).catch([]);
const projectShape = z.object({
  project: z
    .object({ dependencies: texts.optional(), "optional-dependencies": z.record(z.string(), texts).optional() })
    .optional(),
  "dependency-groups": z.record(z.string(), z.array(z.unknown())).optional(),
  tool: z
    .object({ poetry: z.object({ dependencies: z.record(z.string(), z.unknown()).optional() }).optional() })
    .optional(),
});

/** What a pyproject.toml asks for: as PEP 621 has it, groups (PEP 735), or as Poetry had it before. Throws for what is no TOML. */
export function askedByProject(text: string, file: string): Asked[] {
  const { project, tool, ...more } = projectShape.parse(parseToml(text));
  const lines = (all: readonly string[], group: Asked["group"]) =>
    all.flatMap((one) => ofRequirement(one, file, group));
  const poetry = Object.entries(tool?.poetry?.dependencies ?? {}).filter(([name]) => name !== "python");
  return [
    ...lines(project?.dependencies ?? [], "main"),
    ...Object.values(project?.["optional-dependencies"] ?? {}).flatMap((all) => lines(all, "optional")),
    ...Object.values(more["dependency-groups"] ?? {}).flatMap((all) => lines(all.filter(isText), "dev")),
    // Poetry's own way to write ranges (^2.3) is its own: only it can say whether one holds.
    ...poetry.map(
      ([name, wanted]) =>
        ({ name, wanted: isText(wanted) ? wanted : "", file, group: "main", conditional: true }) as const,
    ),
  ];
}

const isText = (one: unknown): one is string => typeof one === "string";
