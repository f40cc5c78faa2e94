import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { FileSearches } from "../../ports/index";
import { openSearches } from "../../search/index";

type FileSearchPorts = {
  /** The folder of a bot's files; undefined when there is no such bot. */
  folderOf: (botId: BotId) => string | undefined;
  /** Hears of searches that had to be ended. */
  say: (text: string) => void;
};

/**
 * Looking through the files of bots. The thread that does it is not the one of the logs: who waits for a disk that hangs in one does
 * not hold up the other.
 */
export function openFileSearches({ folderOf, say }: FileSearchPorts): FileSearches {
  const searches = openSearches(say);
  const rootOf = (botId: BotId) => {
    const root = folderOf(botId);
    if (root === undefined) throw new AppError("not_found", { what: "bot" });
    return { root };
  };
  return {
    search: async (botId, search, hidden, gone) =>
      searches.search("fileLines", { ...search, ...rootOf(botId), hidden: [...hidden] }, gone),
    find: async (botId, search, hidden, gone) =>
      searches.search("fileNames", { ...search, ...rootOf(botId), hidden: [...hidden] }, gone),
    tokens: async (botId, search, hidden, gone) =>
      searches.search("fileTokens", { ...search, ...rootOf(botId), hidden: [...hidden] }, gone),
    close: () => searches.close(),
  };
}
