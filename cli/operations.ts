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
const field = z.looseObject({ type: z.string().optional(), description: z.string().optional() }).catch({});
type Field = z.infer<typeof field>;

/** Every operation, in the catalogue's order. */
export const operations = (): Operation[] => operationsOf(api, []);

/** One by its name; undefined for none. */
export const operationNamed = (name: string): Operation | undefined => operations().find((one) => one.name === name);

function operationsOf(router: object, above: readonly string[]): Operation[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const path = [...above, key];
    if (isContractProcedure(value)) return operationOf(path.join("."), value);
    return typeof value === "object" && value !== null ? operationsOf(value, path) : [];
  });
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
