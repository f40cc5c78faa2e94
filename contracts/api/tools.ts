import { z } from "zod";
import { flag, operation } from "./base";

/** `read` changes nothing; `destructive` cannot simply be done back and wants `confirm: true`. */
export const toolKind = z.enum(["read", "write", "destructive"]);
export type ToolKind = z.infer<typeof toolKind>;

/** An operation as language models are offered it: most read such a description as it is. */
export const toolView = z.object({
  /** Such as `list_bots`. */
  name: z.string(),
  description: z.string(),
  kind: toolKind,
  /** What its caller must be allowed. */
  permission: z.string(),
  /** JSON Schema of its input. */
  parameters: z.record(z.string(), z.unknown()),
});
export type ToolView = z.infer<typeof toolView>;

const write = flag.default(false).describe("Also tools that change something");

export const tools = {
  list: operation
    .route({
      method: "GET",
      path: "/v1/tools.json",
      summary: "Tools for a language model, with JSON Schemas of their input",
      description: "The same that /api/mcp offers, for programs that do not speak MCP.",
      tags: ["Tools"],
    })
    .meta({ permission: "self" })
    .input(z.object({ write }))
    .output(z.object({ tools: z.array(toolView) })),
  call: operation
    .route({
      method: "POST",
      path: "/v1/tools/{name}",
      summary: "Call a tool; the answer is text between marks that say it is data",
      description: "Needs the permission of the tool. One that changes something is called only with `write`.",
      tags: ["Tools"],
    })
    .meta({ permission: "self", writes: true })
    .input(z.object({ name: z.string().max(64), input: z.record(z.string(), z.unknown()).default({}), write }))
    .output(z.object({ text: z.string() })),
};
