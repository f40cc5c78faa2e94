import { type AnyProcedure, isProcedure } from "@orpc/server";
import { z } from "zod";
import { type Actor, inScope, type Permission } from "#contracts/access";
import type { OperationMeta } from "#contracts/api/base";
import type { ToolKind, ToolView } from "#contracts/api/tools";
import { en } from "#contracts/words/en";

/** A tool, and the operation that does its work. */
export type Tool = ToolView & { procedure: AnyProcedure; enough: readonly Permission[] };

/** Every operation of a router that is named as a tool. Nothing stands here a second time: names, words and inputs are the operation's. */
export function toolsOf(router: object): Tool[] {
  return Object.values(router).flatMap((value: unknown) => {
    if (isProcedure(value)) return toolOf(value) ?? [];
    return typeof value === "object" && value !== null ? toolsOf(value) : [];
  });
}

/** What changes something is offered only to who asks for it, and to nobody what their key does not let through. */
export const offered = (tools: readonly Tool[], actor: Actor, write: boolean): Tool[] =>
  tools.filter(
    ({ kind, enough }) => (write || kind === "read") && enough.some((permission) => mayCall(actor, permission)),
  );

function mayCall(actor: Actor, permission: Permission): boolean {
  if (permission === "open" || permission === "self") return true;
  return inScope(actor, permission) && (permission !== "admin" || actor.role === "admin");
}

function toolOf(procedure: AnyProcedure): Tool | undefined {
  const { meta, route, inputSchema } = procedure["~orpc"];
  const { tool: name, permission, instead = [], writes, destructive }: OperationMeta = meta;
  if (name === undefined || permission === undefined) return undefined;
  const kind: ToolKind = destructive ? "destructive" : writes ? "write" : "read";
  const description = sentences(route.summary, route.description, use[name]);
  const parameters = parametersOf(inputSchema instanceof z.ZodType ? inputSchema : z.object({}));
  return {
    name,
    description,
    kind,
    permission,
    enough: [permission, ...instead],
    parameters: kind === "destructive" ? confirmed(parameters) : parameters,
    procedure,
  };
}

/** Summaries of operations have no full stop; what a model reads are sentences. */
const sentences = (...texts: readonly (string | undefined)[]): string =>
  texts.flatMap((text) => (text ? [text.replace(/\.?$/, ".")] : [])).join(" ");

const use: Readonly<Record<string, string | undefined>> = en.tools.use;

const object = z.record(z.string(), z.unknown());

function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function confirmed(parameters: Record<string, unknown>): Record<string, unknown> {
  const properties = object.catch({}).parse(parameters.properties);
  const required = z.array(z.string()).catch([]).parse(parameters.required);
  const confirm = { type: "boolean", const: true, description: en.tools.confirm };
  return { ...parameters, properties: { ...properties, confirm }, required: [...required, "confirm"] };
}
