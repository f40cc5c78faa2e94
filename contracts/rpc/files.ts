import { z } from "zod";
import { fileFind, fileHits, fileNames, fileSearch, tokenLines, tokenSearch } from "../file-search";
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
} from "../files";
import { type Calls, ok, onFile, onFiles } from "./base";

const fileResults = z.object({ results: z.array(fileResult) });

/** A bot's files. */
export const files = {
  "files.list": { input: onFiles.extend({ query: folderQuery }), output: folderPage, permission: "file:list" },
  "files.read": { input: onFile, output: fileContent, permission: "file:read" },
  /** `author` is remembered with the content that is written over. */
  "files.write": {
    input: onFiles.extend({
      write: fileWrite,
      author: z.string(),
      /** Texts that the history of this file may not hold: they are blacked out in every version of it. */
      redact: z.array(z.string().min(8)).optional(),
    }),
    output: fileContent,
    permission: "file:write",
  },
  "files.makeFolder": { input: onFile, output: ok, permission: "file:create" },
  /** Each for itself, like bots.commandMany. */
  "files.move": { input: onFiles.extend({ move: fileMove }), output: fileResults, permission: "file:move" },
  "files.remove": {
    input: onFiles.extend({ paths: z.array(filePath).max(1_000) }),
    output: fileResults,
    permission: "file:delete",
  },
  "files.setMode": { input: onFile.extend({ mode: z.number().int() }), output: ok, permission: "file:chmod" },
  "files.usage": { input: onFiles, output: fileUsage, permission: "file:list" },
  "files.trash": { input: onFiles, output: z.object({ entries: z.array(trashEntry) }), permission: "file:list" },
  "files.restore": {
    input: onFiles.extend({ trashId: z.string() }),
    output: z.object({ path: filePath }),
    permission: "file:create",
  },
  "files.purge": { input: onFiles, output: ok, permission: "file:delete" },
  "files.history": { input: onFile, output: z.object({ versions: z.array(fileVersion) }), permission: "file:read" },
  "files.version": {
    input: onFile.extend({ versionId: z.string() }),
    output: z.object({ text: z.string() }),
    permission: "file:read",
  },
  "files.search": { input: onFiles.extend({ search: fileSearch }), output: fileHits, permission: "file:read" },
  "files.find": { input: onFiles.extend({ search: fileFind }), output: fileNames, permission: "file:list" },
  "files.tokens": { input: onFiles.extend({ search: tokenSearch }), output: tokenLines, permission: "file:read" },
} as const satisfies Calls;
