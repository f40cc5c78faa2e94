import { z } from "zod";
import {
  fileContent,
  fileMove,
  filePath,
  fileResult,
  fileUsage,
  fileVersion,
  fileWrite,
  folderPage,
  folderQuery,
  trashEntry,
  trashId,
} from "../files";
import { flag, onBot, operation } from "./base";
import { fileSearches } from "./file-search";

const onFile = onBot.extend({ path: filePath });
const versionId = fileVersion.shape.id;
const results = z.object({ results: z.array(fileResult) });

export const files = {
  list: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/files", summary: "The contents of a folder", tags: ["Files"] })
    .meta({ permission: "file:list", tool: "list_files" })
    .input(
      onBot.extend(folderQuery.shape).extend({
        descending: flag.default(false),
        offset: z.coerce.number().pipe(z.number().int().nonnegative()).default(0),
        limit: z.coerce.number().pipe(z.number().int().min(1).max(1_000)).default(500),
      }),
    )
    .output(folderPage),
  read: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/content",
      summary: "A file for the editor: its text, and the etag to save it by",
      tags: ["Files"],
    })
    .meta({ permission: "file:read", tool: "read_file" })
    .input(onFile)
    .output(fileContent),
  write: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/files/content",
      summary: "Save a text",
      description:
        "With the `etag` that it was read by: refused (412) when the file is another by now. With null: it must not be there yet, and file:create is asked. Without: both are. If-Match with the ETag of the read is the same as its `etag`. `check`: refuse (422) a text that is not of this form, and say where.",
      tags: ["Files"],
    })
    .meta({ permission: "file:write", instead: ["file:create"], writes: true, ownMark: true, tool: "write_file" })
    .input(onBot.extend(fileWrite.shape).extend({ check: z.enum(["toml"]).optional() }))
    .output(fileContent),
  makeFolder: operation
    .route({ method: "POST", path: "/v1/bots/{botId}/files/folder", summary: "Create a folder", tags: ["Files"] })
    .meta({ permission: "file:create", writes: true })
    .input(onFile)
    .output(z.object({})),
  move: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/files/move",
      summary: "Move, copy or rename; each with its own result",
      description: "A copy needs file:read and file:create instead; overwriting also needs file:write and file:delete.",
      tags: ["Files"],
    })
    .meta({ permission: "file:move", instead: ["file:create"], writes: true })
    .input(onBot.extend(fileMove.shape))
    .output(results),
  remove: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/files/delete",
      summary: "Move things to the trash, where they stay for 7 days",
      description: "Each result has its id in the trash, by which it can be restored.",
      tags: ["Files"],
    })
    .meta({ permission: "file:delete", writes: true, destructive: true, tool: "delete_files" })
    .input(onBot.extend({ paths: z.array(filePath).min(1).max(1_000) }))
    .output(results),
  setMode: operation
    .route({ method: "POST", path: "/v1/bots/{botId}/files/mode", summary: "Change permission bits", tags: ["Files"] })
    .meta({ permission: "file:chmod", writes: true })
    .input(onFile.extend({ mode: z.number().int().min(0).max(0o777) }))
    .output(z.object({})),
  usage: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/files/usage", summary: "How much its files use", tags: ["Files"] })
    .meta({ permission: "file:list" })
    .input(onBot)
    .output(fileUsage),
  trash: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/trash",
      summary: "What was deleted, newest first",
      tags: ["Files"],
    })
    .meta({ permission: "file:list" })
    .input(onBot)
    .output(z.object({ entries: z.array(trashEntry) })),
  restore: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/trash/{trashId}/restore",
      summary: "Restore something to where it was, under another name if that is taken",
      tags: ["Files"],
    })
    .meta({ permission: "file:create", writes: true })
    .input(onBot.extend({ trashId }))
    .output(z.object({ path: filePath })),
  purge: operation
    .route({ method: "DELETE", path: "/v1/bots/{botId}/trash", summary: "Empty the trash for good", tags: ["Files"] })
    .meta({ permission: "file:delete", writes: true, destructive: true })
    .input(onBot)
    .output(z.object({})),
  history: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/history",
      summary: "Earlier versions of a file that were overwritten here, newest first",
      tags: ["Files"],
    })
    .meta({ permission: "file:read" })
    .input(onFile)
    .output(z.object({ versions: z.array(fileVersion) })),
  version: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/history/{versionId}",
      summary: "An earlier version of a file",
      tags: ["Files"],
    })
    .meta({ permission: "file:read" })
    .input(onFile.extend({ versionId }))
    .output(z.object({ text: z.string() })),
  ...fileSearches,
};
