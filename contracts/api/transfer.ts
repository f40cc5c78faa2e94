import { z } from "zod";
import { filePath } from "../files";
import {
  archiveFormat,
  archiveFormats,
  archivePreview,
  extractRequest,
  packRequest,
  pullRequest,
  selection,
  takenPlace,
  takenRequest,
  transferId,
  transferView,
  uploadChoice,
  uploadRequest,
  uploadView,
} from "../transfer";
import { onBot, operation } from "./base";

const onTransfer = onBot.extend({ transferId });

export const transfers = {
  file: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/download",
      summary: "A file as it is, or a part of it with Range",
      tags: ["Files"],
    })
    .meta({ permission: "file:download" })
    .input(onBot.extend({ path: filePath }))
    .output(z.instanceof(Blob)),
  archive: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/archive",
      summary: "A folder, or things in it, as an archive that is made while it is sent",
      description: "Repeat `names` for several; without it the whole folder is packed. Links and FIFOs are left out.",
      tags: ["Files"],
    })
    .meta({ permission: "file:download" })
    .input(onBot.extend(selection.shape).extend({ format: archiveFormat.default("zip") }))
    .output(z.instanceof(Blob)),
  upload: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/uploads",
      summary: "Announce files that will be sent in chunks",
      description:
        "An upload can be resumed after a lost connection or a restart: ask how much of each file has arrived. It ends a day after its last chunk.",
      successStatus: 201,
      tags: ["Files"],
    })
    .meta({ permission: "file:upload", writes: true })
    .input(
      onBot
        .extend(uploadRequest.shape)
        .refine(({ files, folders }) => files.length + folders.length > 0, "neither a file nor a folder is named"),
    )
    .output(uploadView),
  taken: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/uploads/taken",
      summary: "Which of these files exist already",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload", writes: true })
    .input(onBot.extend(takenRequest.shape))
    .output(z.object({ taken: z.array(takenPlace) })),
  uploads: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/uploads",
      summary: "Your unfinished uploads",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload" })
    .input(onBot)
    .output(z.object({ uploads: z.array(transferView) })),
  uploadState: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/uploads/{transferId}",
      summary: "How much of each file has arrived",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload" })
    .input(onTransfer)
    .output(uploadView),
  chunk: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/uploads/{transferId}/files/{file}",
      summary: "Send the next chunk of a file, at most 8 MiB",
      inputStructure: "detailed",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload", writes: true })
    .input(
      z.object({
        params: onTransfer.extend({ file: z.coerce.number().int().nonnegative() }),
        query: z.object({ offset: z.coerce.number().int().nonnegative() }),
        body: z.instanceof(Blob),
      }),
    )
    .output(transferView),
  finishUpload: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/uploads/{transferId}/finish",
      summary: "Finish an upload: check the files and put them in place",
      description:
        "`conflict` takes the place of what was announced, and `conflicts` says it for single files. Where neither says more than `refuse` and something is there, it is refused and waits for another answer.",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload", writes: true })
    .input(onTransfer.extend(uploadChoice.shape))
    .output(transferView),
  preview: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/extract",
      summary: "What an archive would write, and what of that exists already",
      tags: ["Files"],
    })
    .meta({ permission: "file:archive" })
    .input(onBot.extend(extractRequest.pick({ path: true, to: true }).shape))
    .output(archivePreview),
  extract: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/files/extract",
      summary: "Extract a zip, tar, tar.gz or tar.zst among the files: all of it or nothing",
      tags: ["Files"],
    })
    .meta({ permission: "file:archive", writes: true })
    .input(onBot.extend(extractRequest.shape))
    .output(transferView),
  formats: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/formats",
      summary: "The formats that this server packs and extracts",
      tags: ["Files"],
    })
    .meta({ permission: "file:list" })
    .input(onBot)
    .output(archiveFormats),
  pack: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/files/pack",
      summary: "Pack a folder, or things in it, into a zip, tar.gz, tar.zst or tar",
      tags: ["Files"],
    })
    .meta({ permission: "file:archive", writes: true })
    .input(onBot.extend(packRequest.shape))
    .output(transferView),
  pull: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/files/pull",
      summary: "Fetch a file from an address into the files",
      description:
        "https, without user and password. Addresses of private networks are refused, redirects to them as well, unless an admin allowed the network.",
      tags: ["Files"],
    })
    .meta({ permission: "file:upload", writes: true })
    .input(onBot.extend(pullRequest.shape))
    .output(transferView),
  state: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/transfers/{transferId}",
      summary: "How far an upload, an extraction, a packing or a fetch is",
      tags: ["Files"],
    })
    .meta({ permission: "file:list" })
    .input(onTransfer)
    .output(transferView),
  cancel: operation
    .route({
      method: "DELETE",
      path: "/v1/bots/{botId}/transfers/{transferId}",
      summary: "Cancel it and forget what was sent",
      tags: ["Files"],
    })
    .meta({ permission: "file:list", writes: true })
    .input(onTransfer)
    .output(z.object({})),
};
