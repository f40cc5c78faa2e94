import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { importView } from "#contracts/import";
import type { Imports } from "../../ports/index";
import { type ImportOptions, openImports } from "../index";

export const templatesDir = join(import.meta.dirname, "../../../templates");
export const KB = 1024;
/** What is there during a test: a folder of its own, that of the imports in it, and what time it is. */
export const stage = { home: "", dir: "", now: 0 };
const opened: Imports[] = [];

/** Gives each test of a file a stage of its own, and closes what it opened. */
export function eachOnOwnStage(): void {
  beforeEach(async () => {
    const home = await realpath(await mkdtemp(join(tmpdir(), "imports-")));
    Object.assign(stage, { home, dir: join(home, "imports"), now: 1_000_000 });
  });
  afterEach(async () => {
    for (const imports of opened.splice(0)) await imports.close();
    await rm(stage.home, { recursive: true });
  });
}

export async function open(more: Partial<ImportOptions> = {}): Promise<Imports> {
  const imports = await openImports({
    dir: stage.dir,
    templatesDir,
    folders: [],
    allowNetworks: [],
    limitBytes: 100 * KB,
    now: () => stage.now,
    ...more,
  });
  opened.push(imports);
  return imports;
}

export async function* body(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Announces and sends whole files. */
export async function upload(imports: Imports, files: Record<string, string | Buffer>) {
  const list = Object.entries(files);
  const { id } = await imports.create("ann", {
    kind: "upload",
    files: list.map(([path, data]) => ({ path, size: Buffer.byteLength(data) })),
  });
  for (const [index, [, data]] of list.entries())
    if (data.length > 0) await imports.chunk("ann", id, index, 0, body(data));
  return id;
}

/** The import once nothing is under way any more. */
export async function settled(imports: Imports, id: string) {
  await vi.waitFor(() => expect(imports.get("ann", id).status.state).not.toBe("working"));
  return importView.parse(imports.get("ann", id)).status;
}
