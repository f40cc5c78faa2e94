import { z } from "zod";
import { fileFind, fileHits, fileNames, fileSearch, tokenLines, tokenSearch } from "../file-search";
import { onBot, operation } from "./base";

const flag = z.stringbool().default(false);
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
    .meta({ permission: "file:read" })
    .input(onBot.extend(fileSearch.shape).extend({ everywhere: flag, regex: flag, exact: flag, limit }))
    .output(fileHits),
  find: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/find",
      summary: "Find files by name, best first; go on with `next`",
      description: goesOn,
      tags: ["Files"],
    })
    .meta({ permission: "file:list" })
    .input(
      onBot
        .extend(fileFind.shape)
        .extend({ everywhere: flag, fuzzy: z.stringbool().default(true), folders: flag, limit }),
    )
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
    .input(onBot.extend(tokenSearch.shape).extend({ everywhere: flag }))
    .output(tokenLines),
};
