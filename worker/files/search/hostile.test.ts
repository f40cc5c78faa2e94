import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fileSearch } from "#contracts/file-search";
import { SWAPPER } from "../../testing/swapper";
import { openFileSearches } from "./index";
import { answers, BOT, placesOf, searchOneBot } from "./testing/stage";

/* Patterns and folders that would hold a search up or lead it astray, and searches that nobody waits for. */

const { world, write, slice, hitsOf, places, names } = searchOneBot();

test("a pattern built to hang is answered turn by turn, and holds nobody up", async () => {
  write("bot.js", `${"a".repeat(15_000)}\n`.repeat(12));
  const [first, other] = await Promise.all([
    slice({ text: "(a|aa)*(a*)*(a|b|ab){50,200}c$", regex: true }),
    hitsOf({ text: "b" }),
  ]);
  expect(first.files).toEqual([]);
  expect(other).toMatchObject({ files: [], next: null });
  // One that matches every line, where finding out where takes as long.
  const hits = await hitsOf({ text: "(a|aa)*(a*)*(a|b|ab){50,200}$", regex: true });
  expect(hits.files[0]?.hits[0]).toMatchObject({ line: 1, column: 1 });
});

test("a bot that swaps a folder for a link shows nothing of the outside", async () => {
  const outside = `${world.home}/outside`;
  mkdirSync(`${outside}/deep`, { recursive: true });
  for (let n = 0; n < 50; n++) {
    writeFileSync(`${outside}/deep/secret${n}.js`, "needle secret");
    write(`src/deep/bot${n}.js`, "needle");
  }
  const swapper = spawn(process.execPath, ["-e", SWAPPER, `${world.files}/src`, outside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = new Set<string>();
  try {
    await once(swapper.stdout, "data");
    for (let n = 0; n < 300; n++) {
      for (const path of await places({ text: "needle" })) seen.add(path);
      for (const path of await names({ text: ".js" })) seen.add(path);
    }
  } finally {
    swapper.kill("SIGKILL");
    await once(swapper, "exit");
  }
  expect([...seen].filter((path) => path.includes("secret"))).toEqual([]);
  expect([...seen].filter((path) => path.includes("bot")).length).toBeGreaterThan(50);
});

test("of 10,000 files every one is found, over several turns; who stops asking stops the search", async () => {
  const want: string[] = [];
  for (let n = 0; n < 10_000; n++) {
    const path = `src/d${Math.floor(n / 500)}/file${n}.js`;
    if (n % 500 === 0) mkdirSync(`${world.files}/src/d${n / 500}`, { recursive: true });
    // More than one answer tells.
    const special = n % 47 === 0;
    writeFileSync(`${world.files}/${path}`, `// file ${n}\nconst x = ${n};\n${special ? "the needle" : "nothing"}\n`);
    if (special) want.push(`${path}:3:5`);
  }
  const all = await answers((from) => slice({ text: "needle", ...(from !== undefined && { from }) }));
  expect(all.length).toBeGreaterThan(1);
  expect(all.flatMap(placesOf).sort()).toEqual(want.sort());
  expect(all.reduce((sum, { looked }) => sum + looked, 0)).toBe(10_000);
  expect((await places({ text: "n[e]+dle$", regex: true, limit: 500 })).sort()).toEqual(want);
  expect((await names({ text: "file9999" }))[0]).toBe("src/d19/file9999.js");
  // Nothing of it goes on: the next search is answered at once with all there is in its folder.
  await slice({ text: "needle" });
  expect((await hitsOf({ text: "file 9999", path: "src/d19" })).files).toHaveLength(1);
});

test("who closes it ends a search", async () => {
  write("a", "x");
  const others = openFileSearches({ folderOf: () => world.files, say: () => {} });
  const outcome = others.search(BOT, fileSearch.parse({ text: "x" }), []).then(
    () => "answered",
    (error: unknown) => String(error),
  );
  await others.close();
  expect(await outcome).toMatch(/^answered$|^AppError: The worker/);
});
