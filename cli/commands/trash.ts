import { Failure } from "../failure";
import { pathOf } from "../files/paths";
import { day, slash } from "../files/rows";
import { agree } from "../input";
import { table } from "../output";
import type { Add, Open } from "./files";

/** files trash, restore, history: what is not there any more. */
export function addTrashCommands(add: Add, open: Open): void {
  add("trash", "what was deleted, newest first")
    .option("--empty", "delete all of it for good")
    .option("--yes", "do not ask")
    .action(async (word: string, options: { empty?: boolean; yes?: boolean }) => {
      const { client, output, botId, dryRun } = await open(word);
      if (!options.empty)
        return output.result(await client.files.trash({ botId }), ({ entries }) =>
          table(
            ["ID", "DELETED", "BYTES", "PATH"],
            entries.map((one) => [one.id, day(one.deletedAt), String(one.bytes), one.path + slash(one.kind)]),
          ),
        );
      if (!options.yes && !dryRun) await agree("Delete for good what is in the trash", "Say --yes to empty the trash.");
      await client.files.purge({ botId });
      output.result({ emptied: true }, () => ["The trash is empty."]);
    });

  add("restore", "put things from the trash back where they were")
    .argument("<what...>", "ids of the trash, or paths as they were")
    .action(async (word: string, what: string[]) => {
      const { client, output, botId } = await open(word);
      const { entries } = await client.files.trash({ botId });
      const found = what.map((one) => {
        const entry = entries.find(({ id }) => id === one) ?? entries.find(({ path }) => path === pathOf(one));
        if (!entry) throw Failure.of("not_found", `“${one}” is not in the trash.`);
        return entry;
      });
      const restored: { id: string; path: string }[] = [];
      for (const { id } of found) restored.push({ id, ...(await client.files.restore({ botId, trashId: id })) });
      output.result({ restored }, (value) => value.restored.map(({ path }) => `${path}: restored`));
    });

  add("history", "earlier versions of a file that were overwritten through Botyard")
    .argument("<path>", "the file")
    .action(async (word: string, path: string) => {
      const { client, output, botId } = await open(word);
      output.result(await client.files.history({ botId, path: pathOf(path) }), ({ versions }) =>
        table(
          ["ID", "WRITTEN OVER", "BY", "BYTES"],
          versions.map((one) => [one.id, day(one.at), one.author, String(one.bytes)]),
        ),
      );
    });
}
