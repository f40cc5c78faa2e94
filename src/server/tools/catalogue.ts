import { type AnyProcedure, isProcedure } from "@orpc/server";
import { z } from "zod";
import type { OperationMeta } from "#contracts/api/base";
import type { ToolKind, ToolView } from "#contracts/api/tools";
import { en } from "#contracts/words/en";

/** A tool, and the operation that does its work. */
export type Tool = ToolView & { procedure: AnyProcedure };

/** Every operation of a router that is named as a tool. Nothing stands here a second time: names, words and inputs are the operation's. */
export function toolsOf(router: object): Tool[] {
  return Object.values(router).flatMap((value: unknown) => {
    if (isProcedure(value)) return toolOf(value) ?? [];
    return typeof value === "object" && value !== null ? toolsOf(value) : [];
  });
}

/** What changes something is offered only to who asks for it. */
export const offered = (tools: readonly Tool[], write: boolean): Tool[] =>
  tools.filter(({ kind }) => write || kind === "read");

function toolOf(procedure: AnyProcedure): Tool | undefined {
  const { meta, route, inputSchema } = procedure["~orpc"];
  const { tool: name, permission, writes, destructive }: OperationMeta = meta;
  if (name === undefined || permission === undefined) return undefined;
  const kind: ToolKind = destructive ? "destructive" : writes ? "write" : "read";
  const description = [route.summary, route.description].filter(Boolean).join(". ");
  const parameters = parametersOf(inputSchema instanceof z.ZodType ? inputSchema : z.object({}));
  return {
    name,
    description,
    kind,
    permission,
    parameters: kind === "destructive" ? confirmed(parameters) : parameters,
    procedure,
  };
}

const object = z.record(z.string(), z.unknown());

function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function confirmed(parameters: Record<string, unknown>): Record<string, unknown> {
  const properties = object.catch({}).parse(parameters.properties);
  const required = z.array(z.string()).catch([]).parse(parameters.required);
  const confirm = { const: true, description: en.tools.confirm };
  return { ...parameters, properties: { ...properties, confirm }, required: [...required, "confirm"] };
}
