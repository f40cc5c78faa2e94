import { extractArchive, listFormats, packArchive, previewArchive } from "../archives";
import { findFiles, findTokens, searchFiles } from "../file-search";
import {
  listFolder,
  listTrash,
  listVersions,
  makeFolder,
  moveFiles,
  purgeTrash,
  readText,
  readUsage,
  readVersion,
  removeFiles,
  restoreFile,
  setMode,
  writeText,
} from "../files";
import { signedIn } from "../gate";
import { fileMarkOf } from "../precondition";
import { pullFile } from "../pulls";
import {
  announceUpload,
  cancelTransfer,
  finishUpload,
  listUploads,
  takenPlaces,
  transferState,
  uploadState,
} from "../uploads";
import { answeredBefore, done } from "./answer";

const { files, transfers } = signedIn;

export const fileRoutes = {
  list: files.list.handler(({ context, input }) => listFolder(context.actor, input)),
  read: files.read.handler(async ({ context, input }) => {
    const file = await readText(context.actor, input);
    context.answer.revision = file.etag;
    return file;
  }),
  write: files.write.handler(async ({ context, input }) => {
    const file = await writeText(context.actor, { etag: fileMarkOf(context.headers), ...input });
    context.answer.headers = { etag: `"${file.etag}"` };
    return file;
  }),
  makeFolder: files.makeFolder.handler(({ context, input }) => done(makeFolder(context.actor, input))),
  move: files.move.handler(({ context, input }) => moveFiles(context.actor, input)),
  remove: files.remove.handler(({ context, input }) => removeFiles(context.actor, input)),
  setMode: files.setMode.handler(({ context, input }) => done(setMode(context.actor, input))),
  usage: files.usage.handler(({ context, input }) => readUsage(context.actor, input.botId)),
  trash: files.trash.handler(({ context, input }) => listTrash(context.actor, input.botId)),
  restore: files.restore.handler(({ context, input }) => restoreFile(context.actor, input)),
  purge: files.purge.handler(({ context, input }) => done(purgeTrash(context.actor, input.botId))),
  history: files.history.handler(({ context, input }) => listVersions(context.actor, input)),
  version: files.version.handler(({ context, input }) => readVersion(context.actor, input)),
  search: files.search.handler(({ context, input, signal }) => searchFiles(context.actor, input, signal)),
  find: files.find.handler(({ context, input, signal }) => findFiles(context.actor, input, signal)),
  tokens: files.tokens.handler(({ context, input, signal }) => findTokens(context.actor, input, signal)),
};

export const transferRoutes = {
  file: transfers.file.handler(answeredBefore),
  archive: transfers.archive.handler(answeredBefore),
  upload: transfers.upload.handler(({ context, input }) => announceUpload(context.actor, input)),
  taken: transfers.taken.handler(({ context, input }) => takenPlaces(context.actor, input)),
  uploads: transfers.uploads.handler(({ context, input }) => listUploads(context.actor, input.botId)),
  uploadState: transfers.uploadState.handler(({ context, input }) => uploadState(context.actor, input)),
  chunk: transfers.chunk.handler(answeredBefore),
  finishUpload: transfers.finishUpload.handler(({ context, input }) => finishUpload(context.actor, input)),
  formats: transfers.formats.handler(({ context, input }) => listFormats(context.actor, input.botId)),
  preview: transfers.preview.handler(({ context, input, signal }) => previewArchive(context.actor, input, signal)),
  extract: transfers.extract.handler(({ context, input }) => extractArchive(context.actor, input)),
  pack: transfers.pack.handler(({ context, input }) => packArchive(context.actor, input)),
  pull: transfers.pull.handler(({ context, input }) => pullFile(context.actor, input)),
  state: transfers.state.handler(({ context, input }) => transferState(context.actor, input)),
  cancel: transfers.cancel.handler(({ context, input }) => done(cancelTransfer(context.actor, input))),
};
