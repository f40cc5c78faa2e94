import { z } from "zod";
import { botId } from "../bot";
import { taggedResult, tagName, tagView } from "../members";
import { operation } from "./base";
import { inviteOperations, memberOperations, sharedAs } from "./sharing";

const onTag = z.object({ tagId: z.string().max(64) });
const tags = ["Tags"];
const ofTag = sharedAs({
  at: "/v1/tags/{tagId}",
  on: onTag,
  asked: { read: "account", create: "account", update: "account", delete: "account" },
  tags,
});

const onMany = onTag.extend({ botIds: z.array(botId).min(1).max(1_000) });
const results = z.object({ results: z.array(taggedResult) });

/** Names that an owner puts on bots, to find them by and to share them as one. */
export const tagging = {
  list: operation
    .route({ method: "GET", path: "/v1/tags", summary: "Your tags", tags })
    .meta({ permission: "account" })
    .output(z.object({ tags: z.array(tagView) })),
  create: operation
    .route({ method: "POST", path: "/v1/tags", summary: "Create a tag", successStatus: 201, tags })
    .meta({ permission: "account", writes: true })
    .input(z.object({ name: tagName }))
    .output(tagView),
  rename: operation
    .route({ method: "PATCH", path: "/v1/tags/{tagId}", summary: "Rename a tag", tags })
    .meta({ permission: "account", writes: true })
    .input(onTag.extend({ name: tagName }))
    .output(tagView),
  remove: operation
    .route({
      method: "DELETE",
      path: "/v1/tags/{tagId}",
      summary: "Delete a tag, and the access it gave",
      tags,
    })
    .meta({ permission: "account", writes: true })
    .input(onTag)
    .output(z.object({})),
  put: operation
    .route({
      method: "POST",
      path: "/v1/tags/{tagId}/bots",
      summary: "Put a tag on bots, which shares them with the tag's members; each with its own result",
      tags,
    })
    .meta({ permission: "account", writes: true })
    .input(onMany)
    .output(results),
  take: operation
    .route({
      method: "POST",
      path: "/v1/tags/{tagId}/bots/remove",
      summary: "Take a tag off bots; each with its own result",
      tags,
    })
    .meta({ permission: "account", writes: true })
    .input(onMany)
    .output(results),
  members: memberOperations(ofTag),
  invites: inviteOperations(ofTag),
};
