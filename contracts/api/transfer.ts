import { z } from "zod";
import { filePath } from "../files";
import { archiveFormat, selection } from "../transfer";
import { onBot, operation } from "./base";

export const transfers = {
  file: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/download",
      summary: "A file as it is; a part of it with Range",
      tags: ["Files"],
    })
    .meta({ permission: "file:download" })
    .input(onBot.extend({ path: filePath }))
    .output(z.instanceof(Blob)),
  archive: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/files/archive",
      summary: "A folder, or things in it, packed while they are sent",
      description:
        "`names` may stand several times; without any, all of the folder is packed. Links and FIFOs are left out.",
      tags: ["Files"],
    })
    .meta({ permission: "file:download" })
    .input(onBot.extend(selection.shape).extend({ format: archiveFormat.default("zip") }))
    .output(z.instanceof(Blob)),
};
