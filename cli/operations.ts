import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
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
  const { route, meta, inputSchema } = procedure["~orpc"];
  const { method = "POST", path = "/", summary = "" } = route;
  return { name, method, path, summary, meta, fields: fieldsOf(inputSchema) };
}

const object = z.looseObject({ properties: z.record(z.string(), field).default({}) });

function fieldsOf(schema: unknown): Record<string, Field> {
  if (!(schema instanceof z.ZodType)) return {};
  return object.catch({ properties: {} }).parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }))
    .properties;
}
