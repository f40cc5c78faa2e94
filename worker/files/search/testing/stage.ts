import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type FileHits, fileFind, fileSearch } from "#contracts/file-search";
import type { FileSearches } from "../../../ports/index";
import { openFileSearches } from "../index";

export const BOT = "searched00000000";

export type Asked<Schema extends { parse(input: unknown): unknown }> = Partial<ReturnType<Schema["parse"]>>;

/** All answers, asked for as a client would: until there is no next. */
export async function answers<Answer extends { next: string | null }>(ask: (from?: string) => Promise<Answer>) {
  const all: Answer[] = [];
  let from: string | undefined;
  for (;;) {
    const answer = await ask(from);
    all.push(answer);
    if (answer.next === null) return all;
    expect(answer.next).not.toBe(from);
    from = answer.next;
  }
}

type Part = Pick<FileHits, "looked" | "next" | "passedOver"> & { files: unknown[] };
/** All answers as one: how much a turn gets done hangs on what else the machine has to do. */
export async function whole<Answer extends Part>(ask: (from?: string) => Promise<Answer>): Promise<Answer> {
  return (await answers(ask)).reduce((sum, one) => ({
    ...one,
    files: [...sum.files, ...one.files],
    looked: sum.looked + one.looked,
    passedOver: {
      large: sum.passedOver.large + one.passedOver.large,
      binary: sum.passedOver.binary + one.passedOver.binary,
      unreadable: sum.passedOver.unreadable + one.passedOver.unreadable,
    },
  }));
}

/** `path:line:column` of all that is found. */
export const placesOf = ({ files: found }: FileHits): string[] =>
  found.flatMap(({ path, hits }) => hits.map(({ line, column }) => `${path}:${line}:${column}`));

/** Searches for a file of tests: one for all, as its thread takes a moment to start; each test has a folder of its own. */
export function searchOneBot() {
  const world = { home: "", files: "" } as { home: string; files: string; searches: FileSearches };
  const said: string[] = [];
  let count = 0;
  beforeAll(() => {
    world.home = mkdtempSync(`${tmpdir()}/by-file-search-`);
    world.searches = openFileSearches({
      folderOf: (botId) => (botId === BOT ? world.files : undefined),
      say: (text) => said.push(text),
    });
  });
  beforeEach(() => {
    world.files = `${world.home}/${count++}`;
    mkdirSync(world.files);
  });
  afterEach(() => expect(said.splice(0)).toEqual([]));
  afterAll(async () => {
    await world.searches.close();
    rmSync(world.home, { recursive: true, force: true });
  });

  const slice = (asked: Asked<typeof fileSearch>) => world.searches.search(BOT, fileSearch.parse(asked), []);
  const hitsOf = (asked: Asked<typeof fileSearch>) =>
    whole((from) => slice({ ...asked, ...(from !== undefined && { from }) }));
  return {
    world,
    write(path: string, text: string | Buffer) {
      mkdirSync(dirname(`${world.files}/${path}`), { recursive: true });
      writeFileSync(`${world.files}/${path}`, text);
    },
    /** What one turn answers. */
    slice,
    hitsOf,
    places: async (asked: Asked<typeof fileSearch>) => placesOf(await hitsOf(asked)),
    async names(asked: Asked<typeof fileFind>) {
      const all = await answers((from) =>
        world.searches.find(BOT, fileFind.parse({ ...asked, ...(from !== undefined && { from }) }), []),
      );
      return all.flatMap((answer) => answer.names).map(({ path }) => path);
    },
  };
}
