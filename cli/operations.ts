import { type AnyContractProcedure, getEventIteratorSchemaDetails, isContractProcedure } from "@orpc/contract";
import { z } from "zod";
import type { OperationMeta } from "#contracts/api/base";
import { api } from "#contracts/api/index";

/** One operation of the catalogue, as this program calls it. */
export type Operation = {
  /** Such as `bots.list`. */
  name: string;
  method: string;
  path: string;
  summary: string;
  meta: OperationMeta;
  /** JSON Schemas of its input's fields, by name. */
  fields: Readonly<Record<string, Field>>;
  /** It takes bytes: then its fields stand in the address. */
  takesBytes: boolean;
  /** It answers with bytes, or with events as they come. */
  gives: "json" | "bytes" | "events";
};
const field = z
  .looseObject({
    type: z.string().optional(),
    description: z.string().optional(),
    /** One of several types, such as a number or null. */
    anyOf: z.array(z.looseObject({ type: z.string() })).optional(),
  })
  .catch({});
export type Field = z.infer<typeof field>;

/** Every operation, in the catalogue's order. */
export const operations = (): Operation[] => [...named(api)].map(([name, procedure]) => operationOf(name, procedure));

/** One by its name; undefined for none. Schemas are made of that one only: to make those of all takes a second. */
export function operationNamed(name: string): Operation | undefined {
  for (const [each, procedure] of named(api)) if (each === name) return operationOf(name, procedure);
  return undefined;
}

/** Names of all operations. */
export const operationNames = (): string[] => [...named(api)].map(([name]) => name);

function* named(router: object, above = ""): Generator<[string, AnyContractProcedure]> {
  for (const [key, value] of Object.entries(router) as [string, unknown][]) {
    if (isContractProcedure(value)) yield [above + key, value];
    else if (typeof value === "object" && value !== null) yield* named(value, `${above}${key}.`);
  }
}

function operationOf(name: string, procedure: AnyContractProcedure): Operation {
  const { route, meta, inputSchema, outputSchema } = procedure["~orpc"];
  const { method = "POST", path = "/", summary = "", inputStructure } = route;
  const takesBytes = inputStructure === "detailed";
  const { params, query, ...fields } = fieldsOf(inputSchema);
  const inAddress = () => ({ ...object.parse(params).properties, ...object.parse(query).properties });
  return {
    ...{ name, method, path, summary, meta, takesBytes },
    fields: takesBytes ? inAddress() : { ...fields, ...(params && { params }), ...(query && { query }) },
    gives: getEventIteratorSchemaDetails(outputSchema) ? "events" : isBytes(outputSchema) ? "bytes" : "json",
  };
}

const isBytes = (schema: unknown): boolean =>
  schema instanceof z.ZodType && schema.safeParse(new Blob()).success && !schema.safeParse({}).success;

/** An input as the client takes it. */
export function inputFor({ takesBytes, path }: Operation, given: Readonly<Record<string, unknown>>, body?: Blob) {
  if (!takesBytes) return given;
  const isParam = (name: string) => path.includes(`{${name}}`);
  const part = (want: boolean) => Object.fromEntries(Object.entries(given).filter(([name]) => isParam(name) === want));
  return { params: part(true), query: part(false), body };
}

const object = z.looseObject({ properties: z.record(z.string(), field).default({}) }).catch({ properties: {} });

function fieldsOf(schema: unknown): Record<string, Field> {
  if (!(schema instanceof z.ZodType)) return {};
  return object.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).properties;
}
