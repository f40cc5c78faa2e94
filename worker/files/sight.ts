import { RE2JS } from "re2js";
import { AppError } from "#contracts/errors";
import { hiddenExpression } from "#contracts/path-pattern";
import { bareOf, type Folder, inside, type Name, namesIn, type Sight } from "./open";
import { DEEPEST, type Parts, pathOf, showPath } from "./path";

/*
 * What does not exist for who asks. A sight goes with every folder that is opened for them, down from the bot's own: a name that it hides is
 * in no listing, and to reach it by its name ends as if nothing were there (open.ts, `at`). So whoever opens folders need not think of it.
 */

/** Whether a path is hidden, given that none of the folders above it is; undefined when nothing is. */
export function createHides(patterns: readonly string[]): ((path: string) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const all = RE2JS.compile(hiddenExpression(patterns), RE2JS.DOTALL);
  return (path) => all.matches(path);
}

/** What somebody sees from the bot's folder down; undefined for who sees all. */
export function createSight(patterns: readonly string[]): Sight | undefined {
  const hides = createHides(patterns);
  if (!hides) return undefined;
  const key = patterns.join("\0");
  const at = (parts: Parts): Sight => ({
    key: `${key}\0\0${pathOf(parts)}`,
    hides: (name) => hides(pathOf([...parts, name.toString()])),
    into: (name) => at([...parts, name.toString()]),
    missing: (name) => new AppError("file_missing", { path: showPath(pathOf([...parts, name.toString()])) }),
  });
  return at([]);
}

/** The sight of a folder by its path. */
export const sightAt = (sight: Sight, parts: Parts): Sight => parts.reduce((at, part) => at.into(part), sight);

/**
 * Refuses to move or delete a folder in which something is hidden from who asks: what is not there for them would go with it, and come to
 * light under another name. AppError file_holds_hidden.
 */
export async function assertWhole(folder: Folder, name: string): Promise<void> {
  if (folder.sight) await assertNoneHidden(bareOf(folder), name, folder.sight.into(name));
}

/** Refuses to put a thing where something of it would be hidden from who puts it there: nobody writes what they do not see. */
export async function assertSeenAs(folder: Folder, name: string, there: Sight | undefined): Promise<void> {
  if (there) await assertNoneHidden(folder, name, there);
}

/** `within`: what of the insides of the thing is seen. */
export async function assertNoneHidden(folder: Folder, name: string, within: Sight): Promise<void> {
  if (await hidesIn(folder, name, within, 1)) throw new AppError("file_holds_hidden", { path: showPath(name) });
}

async function hidesIn(folder: Folder, name: Name, within: Sight, depth: number): Promise<boolean> {
  const found = await inside(folder, name, async (inner) => {
    if (depth > DEEPEST) return true;
    for await (const one of namesIn(inner)) {
      if (within.hides(one.name)) return true;
      if (one.isFolder && (await hidesIn(inner, one.name, within.into(one.name), depth + 1))) return true;
    }
    return false;
  });
  return found ?? false;
}
