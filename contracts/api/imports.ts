import { z } from "zod";
import { gitToken, gitUser } from "../git";
import { gitBranches, importId, importRequest, importView } from "../import";
import { template } from "../template";
import { operation } from "./base";

const onImport = z.object({ importId });

export const imports = {
  create: operation
    .route({
      method: "POST",
      path: "/v1/imports",
      summary: "Bring the files of a new bot",
      description:
        "From a template, a git address, a folder of this server (admins), or an upload that this announces.",
      successStatus: 201,
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(importRequest)
    .output(importView),
  get: operation
    .route({
      method: "GET",
      path: "/v1/imports/{importId}",
      summary: "How far an import is, and what was found in it",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create" })
    .input(onImport)
    .output(importView),
  retry: operation
    .route({
      method: "POST",
      path: "/v1/imports/{importId}/retry",
      summary: "Try a failed import by git again, with the same token or deploy key",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(onImport)
    .output(importView),
  branches: operation
    .route({
      method: "POST",
      path: "/v1/imports/branches",
      summary: "The branches of an https repository, before anything is imported",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(z.object({ url: z.string().max(2_000), token: gitToken.optional(), user: gitUser.optional() }))
    .output(gitBranches),
  chunk: operation
    .route({
      method: "PUT",
      path: "/v1/imports/{importId}/files/{file}",
      summary: "Send the next chunk of a file, at most 8 MiB",
      inputStructure: "detailed",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(
      z.object({
        params: onImport.extend({ file: z.coerce.number().int().nonnegative() }),
        query: z.object({ offset: z.coerce.number().int().nonnegative() }),
        body: z.instanceof(Blob),
      }),
    )
    .output(importView),
  finish: operation
    .route({
      method: "POST",
      path: "/v1/imports/{importId}/finish",
      summary: "All chunks are sent: unpack and look",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(onImport)
    .output(importView),
  cancel: operation
    .route({
      method: "DELETE",
      path: "/v1/imports/{importId}",
      summary: "Cancel an import and forget its files",
      tags: ["Imports"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(onImport)
    .output(z.object({})),
};

export const templates = {
  list: operation
    .route({ method: "GET", path: "/v1/templates", summary: "Starter bots", tags: ["Imports"] })
    .meta({ permission: "self" })
    .output(z.object({ templates: z.array(template) })),
};
