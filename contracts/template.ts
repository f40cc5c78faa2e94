import { z } from "zod";
import { innerPath, runtimeName } from "./bot";

/** What `templates/<id>/template.json` says; its files lie beside it in `files/`. */
export const template = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/),
  title: z.string(),
  description: z.string(),
  runtime: runtimeName,
  entry: innerPath,
  /** `required`: a Discord bot. `none`: works without Discord. */
  token: z.enum(["required", "none"]),
  /** Starts the bot's settings.ready.line. */
  readyLine: z.string().optional(),
});
export type Template = z.infer<typeof template>;
