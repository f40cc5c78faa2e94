import { z } from "zod";
import { fileFind, fileHits, fileNames, fileSearch, tokenLines, tokenSearch } from "../file-search";
import { flag, onBot, operation } from "./base";

const off = flag.default(false);
const limit = z.coerce.number().pipe(fileSearch.shape.limit.unwrap()).default(100);
const goesOn =
  "Answers within about half a second with what it found so far. Repeat with `from` set to `next` until that is null.";

export const fileSearches = {
  search: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/search",
      summary: "Search in the text of files; go on with `next`",
      description: `${goesOn} Leaves out what is installed (node_modules, .git, venv), unless asked with \`everywhere\`.`,
      tags: ["Files"],
    })
    .meta({ permission: "file:read", tool: "search_files" })
    .input(onBot.extend(fileSearch.shape).extend({ everywhere: off, regex: off, exact: off, limit }))
    .output(fileHits),
  find: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/find",
      summary: "Find files by name, best first; go on with `next`",
      description: goesOn,
      tags: ["Files"],
    })
    .meta({ permission: "file:list", tool: "find_files" })
    .input(onBot.extend(fileFind.shape).extend({ everywhere: off, fuzzy: flag.default(true), folders: off, limit }))
    .output(fileNames),
  tokens: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/tokens",
      summary: "Where Discord tokens stand in files, never what they are; go on with `next`",
      description: goesOn,
      tags: ["Files"],
    })
    .meta({ permission: "file:read" })
    .input(onBot.extend(tokenSearch.shape).extend({ everywhere: off }))
    .output(tokenLines),
};
