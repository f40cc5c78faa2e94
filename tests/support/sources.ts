import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

/** One file of the tree as the source tests see it. */
export type Source = { path: string; text: string };

export const root = join(import.meta.dirname, "..", "..");

/** Every TypeScript file that git knows or would take, of the given folders. */
export function sources(...folders: string[]): Source[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...folders], {
    cwd: root,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("tests/fixtures/"))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), "utf8") }];
      } catch {
        return []; // deleted, not yet committed
      }
    });
}

/** A node of a syntax tree (ESTree with TypeScript and JSX), as loosely as a walk needs. */
export type Tree = { type: string; start: number; [field: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Calls `visit` for every node of a file, with its parent. */
export function walk({ path, text }: Source, visit: (node: Tree, parent: Tree | null) => void): void {
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const step = (value: unknown, parent: Tree | null): void => {
    if (Array.isArray(value)) for (const one of value) step(one, parent);
    if (!isTree(value)) return;
    visit(value, parent);
    for (const [field, child] of Object.entries(value)) if (field !== "type") step(child, value);
  };
  step(program, null);
}

/** 1-based line of an offset. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
