import type { FileHits, FileNames } from "#contracts/file-search";
import { pathOf } from "../files/paths";
import type { Add, Open } from "./files";

type Where = { in: string; everywhere?: boolean };
/** Lines or names that are told at most. */
const MOST = 1_000;

/** files search, find. */
export function addSearchCommands(add: Add, open: Open): void {
  const where = (name: string, description: string) =>
    add(name, description)
      .option("--in <folder>", "only below this folder", "")
      .option("--everywhere", "also in what was installed (node_modules, .git, venv)");

  where("search", "look for a text in its files")
    .argument("<text>", "what to look for")
    .option("--regex", "as a pattern (RE2)")
    .option("--exact", "case counts")
    .action(async (word: string, text: string, options: Where & { regex?: boolean; exact?: boolean }) => {
      const { client, output, botId } = await open(word);
      const asked = {
        ...askedOf(botId, text, options),
        regex: String(options.regex ?? false),
        exact: String(options.exact ?? false),
      };
      const files: FileHits["files"] = [];
      let found = 0;
      for (let from: string | null | undefined; from !== null && found < MOST; ) {
        const answer: FileHits = await client.files.search({ ...asked, ...(from !== undefined && { from }) });
        files.push(...answer.files);
        found += answer.files.reduce((sum, { hits }) => sum + hits.length, 0);
        from = answer.next;
      }
      output.result({ files }, () =>
        files.flatMap(({ path, hits }) =>
          hits.map(({ line, column, text: shown }) => `${path}:${line}:${column}: ${shown}`),
        ),
      );
      if (found === 0) process.exitCode = 1;
    });

  where("find", "find files by their names, best first")
    .argument("<text>", "letters of the name, in their order")
    .option("--folders", "folders as well")
    .option("--exact", "the letters stand together")
    .action(async (word: string, text: string, options: Where & { folders?: boolean; exact?: boolean }) => {
      const { client, output, botId } = await open(word);
      const asked = {
        ...askedOf(botId, text, options),
        fuzzy: String(!options.exact),
        folders: String(options.folders ?? false),
      };
      const all: FileNames["names"] = [];
      for (let from: string | null | undefined; from !== null; ) {
        const answer: FileNames = await client.files.find({ ...asked, ...(from !== undefined && { from }) });
        all.push(...answer.names);
        from = answer.next;
      }
      const names = all.toSorted((a, b) => b.score - a.score).slice(0, MOST);
      output.result({ names: names.map(({ path, kind }) => ({ path, kind })) }, (value) =>
        value.names.map(({ path, kind }) => path + (kind === "folder" ? "/" : "")),
      );
      if (names.length === 0) process.exitCode = 1;
    });
}

const askedOf = (botId: string, text: string, options: Where) => ({
  botId,
  text,
  path: pathOf(options.in),
  everywhere: String(options.everywhere ?? false),
  limit: 500,
});
