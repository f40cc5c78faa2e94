import { z } from "zod";
import {
  archiveFormats,
  archivePreview,
  extractRequest,
  packRequest,
  pullRequest,
  takenPlace,
  takenRequest,
  transferView,
  uploadChoice,
  uploadRequest,
  uploadView,
} from "../transfer";
import { type Calls, ok, onFiles, onTransfer } from "./base";

/** Whose work it is, and by which API key it was begun: it ends with that key's access. */
const begunBy = { owner: z.string(), keyId: z.string().optional() };

/** Files on their way in and out, archives and pulls. */
export const transfers = {
  /** `owner` is a user id: a transfer is seen only by who began it. */
  "transfers.upload": {
    input: onFiles.extend({ owner: z.string(), request: uploadRequest }),
    output: uploadView,
    permission: "file:upload",
  },
  /** Uploads of the owner's that wait for more. */
  "transfers.uploads": {
    input: onFiles.extend({ owner: z.string() }),
    output: z.object({ uploads: z.array(transferView) }),
    permission: "file:upload",
  },
  "transfers.uploadState": { input: onTransfer, output: uploadView, permission: "file:upload" },
  "transfers.taken": {
    input: onFiles.extend({ request: takenRequest }),
    output: z.object({ taken: z.array(takenPlace) }),
    permission: "file:upload",
  },
  "transfers.finish": {
    input: onTransfer.extend(uploadChoice.shape),
    output: transferView,
    permission: "file:upload",
  },
  "transfers.preview": {
    input: onFiles.extend({ request: extractRequest.pick({ path: true, to: true }) }),
    output: archivePreview,
    permission: "file:archive",
  },
  "transfers.extract": {
    input: onFiles.extend({ ...begunBy, request: extractRequest }),
    output: transferView,
    permission: "file:archive",
  },
  "transfers.formats": { input: onFiles, output: archiveFormats, permission: "file:list" },
  "transfers.pack": {
    input: onFiles.extend({ ...begunBy, request: packRequest }),
    output: transferView,
    permission: "file:archive",
  },
  "transfers.pull": {
    input: onFiles.extend({ ...begunBy, request: pullRequest }),
    output: transferView,
    permission: "file:upload",
  },
  "transfers.state": { input: onTransfer, output: transferView, permission: "file:list" },
  "transfers.cancel": { input: onTransfer, output: ok, permission: "file:list" },
} as const satisfies Calls;
