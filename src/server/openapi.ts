import { isContractProcedure } from "@orpc/contract";
import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { z } from "zod";
import { api } from "#contracts/api/index";
import { problem } from "#contracts/problem";
import { en } from "#contracts/words/en";
import { env } from "./env";

const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });

/** The OpenAPI 3.1 document. */
export type Document = Awaited<ReturnType<OpenAPIGenerator["generate"]>>;

let made: Promise<Document> | undefined;

/** The OpenAPI document of every operation, made once from the contract. */
export function openApi(): Promise<Document> {
  made ??= generate();
  return made;
}

async function generate(): Promise<Document> {
  const document = await generator.generate(api, {
    info: { title: en.server.docs.title, version: env().version },
    servers: [{ url: "/api" }],
    security: [{ key: [] }, { session: [] }],
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "botyard.session" },
      },
    },
    customErrorResponseBodySchema: () => z.toJSONSchema(problem) as object,
  });
  for (const operation of operationsOf(document)) {
    const procedure = operation.operationId?.split(".").reduce<unknown>((at, key) => field(at, key), api);
    if (!isContractProcedure(procedure)) continue;
    // What OpenAPI has no word for: which permission it asks, and whether it changes something.
    const { meta } = procedure["~orpc"];
    const instead = field(meta, "instead");
    Object.assign(operation, {
      "x-permission": field(meta, "permission"),
      ...(instead !== undefined && { "x-permission-instead": instead }),
    });
  }
  return document;
}

/** Every operation of the document, in its order. */
export const operationsOf = (document: Document) =>
  Object.values(document.paths ?? {}).flatMap((path) =>
    [path?.get, path?.post, path?.put, path?.patch, path?.delete].filter((operation) => operation !== undefined),
  );

const field = (of: unknown, key: string): unknown =>
  typeof of === "object" && of !== null && key in of ? Reflect.get(of, key) : undefined;
