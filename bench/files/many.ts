import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileHits } from "#contracts/file-search";
import { download } from "./large";
import { type FilesPanel, runPeer } from "./panel";
import { bySide, timed, type Work } from "./scenario";

/** Files in one folder of the tree. */
const A_FOLDER = 100;
/** Stands in so many of the files. */
const EVERY = 1_000;
const NEEDLE = "the needle in the stack";
/** What a source file looks like to whoever packs it or looks through it. */
const LINES = Array.from({ length: 40 }, (_, n) => `const value${n} = await client.channels.fetch(ids[${n}]);`);

/** A folder of many small files, downloaded as one, and looked through. */
export async function many({ panel, size, folder, round, put }: Work): Promise<void> {
  const turn = { round, put };
  const packed = makeFiles(`${panel.files}/packed`, size.folderFiles);
  const archive = (format: string) => `files/archive?folder=packed&format=${format}`;
  await bySide(turn, "folder tar", {
    botyard: () => download(panel, archive("tar.gz"), `${folder}/packed.tar.gz`),
    peer: () => runPeer("tar", ["-czf", `${folder}/peer.tar.gz`, "-C", packed, "."]),
  });
  put("folder zip", "botyard", await timed(() => download(panel, archive("zip"), `${folder}/packed.zip`)));
  put("folder zip", "peer", await timed(() => runPeer("tar", ["-czf", `${folder}/peer.tar.gz`, "-C", packed, "."])));
  await rm(packed, { recursive: true });

  const searched = makeFiles(`${panel.files}/searched`, size.searchFiles);
  // Once unmeasured, so that both read from memory.
  await runPeer("grep", ["-rnF", NEEDLE, searched]);
  const expected = Math.ceil(size.searchFiles / EVERY);
  await bySide(turn, "search", {
    botyard: () => searchAll(panel, expected),
    peer: () => runPeer("grep", ["-rnF", NEEDLE, searched]),
  });
  await rm(searched, { recursive: true });
}

function makeFiles(path: string, count: number): string {
  for (let n = 0; n < count; n++) {
    const folder = `${path}/${Math.floor(n / A_FOLDER)}`;
    if (n % A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    const lines = n % EVERY === 0 ? [...LINES, `// ${NEEDLE}`] : LINES;
    writeFileSync(`${folder}/${n}.js`, lines.map((line) => `${line} // ${n}\n`).join(""));
  }
  return path;
}

/** Follows the answers to the end, and fails when something was not found. */
async function searchAll({ ask, botId }: FilesPanel, expected: number): Promise<void> {
  const found = new Set<string>();
  let from: string | null = "";
  while (from !== null) {
    const query = new URLSearchParams({ text: NEEDLE, path: "searched", limit: "500", ...(from && { from }) });
    const answer: ReturnType<typeof fileHits.parse> = await ask(
      fileHits,
      "GET",
      `/v1/bots/${botId}/files/search?${query}`,
    );
    for (const { path } of answer.files) found.add(path);
    from = answer.next;
  }
  if (found.size !== expected) throw new Error(`found in ${found.size} files instead of ${expected}`);
}
