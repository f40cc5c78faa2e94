import { z } from "zod";
import { botId } from "../bot";
import { operation } from "./base";
import { activityView } from "./bots";
import { next, paged } from "./page";

/** One entry of the audit log of the whole panel. */
export const auditView = activityView.extend({
  botId: z.string().nullable(),
  /** Null for a bot that is gone. */
  botName: z.string().nullable(),
  actorId: z.string().nullable(),
});
export type AuditView = z.infer<typeof auditView>;

/** The last one that a Date holds (ECMA-262, Time Values). */
const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

/** Which entries; each that is given must hold. */
export const auditFilter = z.object({
  /** Part of the actor's name, or their id. */
  actor: z.string().max(100).optional(),
  /** An action, or the beginning of one up to a dot: `bot.start`, `bot`. */
  action: z.string().max(60).optional(),
  botId: botId.optional(),
  /** Milliseconds since 1970. */
  since: moment.optional(),
  until: moment.optional(),
  /** Somewhere in actor, address, action or what the entry says. */
  text: z.string().max(100).optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

/** How long entries are kept, days; null: for ever. */
export const auditRetention = z.object({ keepDays: z.number().int().min(1).max(3_650).nullable() });

const tags = ["Audit"];

export const audit = {
  list: operation
    .route({ method: "GET", path: "/v1/audit", summary: "Who did what in the whole panel, newest first", tags })
    .meta({ permission: "admin" })
    .input(auditFilter.extend(paged(50)))
    .output(z.object({ entries: z.array(auditView), next })),
  download: operation
    .route({ method: "GET", path: "/v1/audit/file", summary: "All entries that match a filter, as a file", tags })
    .meta({ permission: "admin" })
    .input(auditFilter.extend({ format: z.enum(["csv", "json"]).default("csv") }))
    .output(z.instanceof(Blob)),
  retention: operation
    .route({ method: "GET", path: "/v1/audit/retention", summary: "How long entries are kept", tags })
    .meta({ permission: "admin" })
    .output(auditRetention),
  setRetention: operation
    .route({
      method: "PUT",
      path: "/v1/audit/retention",
      summary: "Say how long entries are kept; older ones are removed within a day",
      tags,
    })
    .meta({ permission: "admin", writes: true, destructive: true })
    .input(auditRetention)
    .output(auditRetention),
};
