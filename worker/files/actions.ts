import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { FileActions } from "../ports/index";
import type { BotFiles } from "./bot";
import { readContent } from "./content";
import { makeFolder } from "./folder";
import type { Listing } from "./listing";
import { setMode } from "./mode";
import { eachResult, moveOne } from "./move";
import { partsOf, pathOf } from "./path";
import { told } from "./refusals";
import { removeOne, restoreOne } from "./restore";
import { writeText } from "./write";

/** A path that could be of a file. AppError path_unsafe. */
const checked = (path: string): string => pathOf(partsOf(path));

/** All that may be done with the files of bots, as `bot` lets them be seen. */
export function actionsOf(bot: (botId: BotId) => Promise<BotFiles>, list: Listing): FileActions {
  /** Looks at what lies at a path. */
  const look = <T>(botId: BotId, path: string, work: (bot: BotFiles) => Promise<T>) =>
    told(path, async () => work(await bot(botId)));
  /** Changes what lies at a path, when it is our turn. */
  const change = <T>(botId: BotId, path: string, work: (bot: BotFiles) => Promise<T>) =>
    look(botId, path, (files) => files.alone(() => work(files)));

  return {
    list: (botId, query) => look(botId, query.path, ({ jail }) => list(jail, query)),
    read: (botId, path) => look(botId, path, ({ jail }) => readContent(jail, path)),
    write: (botId, write, author, redact = []) =>
      change(botId, write.path, (files) => writeText(files, write, author, redact)),
    makeFolder: (botId, path) => change(botId, path, (files) => makeFolder(files, path)),
    move: async (botId, move) => {
      if (move.name !== undefined && move.from.length > 1)
        throw new AppError("bad_input", { detail: "One name is for one thing." });
      const files = await bot(botId);
      return eachResult(move.from, (from) => moveOne(files, from, move));
    },
    remove: async (botId, paths) => {
      const files = await bot(botId);
      return eachResult(paths, (path) => files.alone(() => removeOne(files, path)));
    },
    trash: async (botId) => (await bot(botId)).trash.list(),
    restore: (botId, id) => change(botId, "", (files) => restoreOne(files, id)),
    purge: (botId) => look(botId, "", ({ trash }) => trash.empty()),
    setMode: (botId, path, mode) => change(botId, path, ({ jail }) => setMode(jail, path, mode)),
    history: (botId, path) => look(botId, path, ({ history }) => history.list(checked(path))),
    version: (botId, path, id) => look(botId, path, ({ history }) => history.version(checked(path), id)),
    usage: (botId) => look(botId, "", ({ quota }) => quota.usage()),
  };
}
