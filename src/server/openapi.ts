import { isContractProcedure } from "@orpc/contract";
import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { z } from "zod";
import { botView } from "#contracts/api/bots";
import { api } from "#contracts/api/index";
import { botLive } from "#contracts/bot";
import { errorTable } from "#contracts/errors";
import { logLine } from "#contracts/log";
import { PROBLEM, problem } from "#contracts/problem";
import { en } from "#contracts/words/en";
import { env } from "./env";

const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
const words = en.server.docs;

/** The OpenAPI 3.1 document. */
export type Document = Awaited<ReturnType<OpenAPIGenerator["generate"]>>;
type Operation = ReturnType<typeof operationsOf>[number];

let made: Promise<Document> | undefined;

/** The OpenAPI document of every operation, made once from the contract. */
export function openApi(): Promise<Document> {
  made ??= generate();
  return made;
}

async function generate(): Promise<Document> {
  const document = await generator.generate(api, {
    info: {
      title: words.title,
      version: env().version,
      description: words.about,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/api" }],
    tags: Object.entries(words.tags).map(([name, description]) => ({ name, description })),
    security: [{ key: [] }, { session: [] }],
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: words.byKey },
        session: { type: "apiKey", in: "cookie", name: "botyard.session", description: words.bySession },
      },
      parameters,
    },
    commonSchemas: {
      Bot: { schema: botView, strategy: "output" },
      Live: { schema: botLive, strategy: "output" },
      LogLine: { schema: logLine, strategy: "output" },
    },
  });
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of methods) {
      const operation = item?.[method];
      if (operation) complete(operation, method, path);
    }
  const NotModified = { description: words.notModified, headers: { ETag: refTo("headers", "ETag") } };
  Object.assign(document.components ?? {}, { responses: { ...responses, NotModified }, headers: responseHeaders });
  Object.assign(document.components?.schemas ?? {}, { Problem: z.toJSONSchema(problem, { target: "draft-2020-12" }) });
  tidy(document);
  return document;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;
type Method = (typeof methods)[number];

/** What the catalogue does not say operation by operation: permission, who need not sign in, headers, and how it may fail. */
function complete(operation: Operation, method: Method, path: string): void {
  const procedure = operation.operationId?.split(".").reduce<unknown>((at, key) => field(at, key), api);
  if (!isContractProcedure(procedure)) return;
  const { meta } = procedure["~orpc"];
  const isOpen = field(meta, "permission") === "open";
  const instead = field(meta, "instead");
  const onBot = path.includes("{botId}");
  const takes = ["application/json"].some((type) => field(field(operation.requestBody, "content"), type) !== undefined);
  const fails = [
    ...(takes || path.includes("{") || operation.parameters ? [400] : []),
    ...(isOpen ? [] : [401, 403]),
    ...(path.includes("{") ? [404] : []),
    ...(method === "get" ? [] : [409]),
    ...(method !== "get" && onBot ? [412] : []),
    ...(takes ? [413, 415] : []),
    ...(method === "post" ? [422] : []),
    429,
    503,
  ];
  const isMarked = method === "get" && tellsJson(operation);
  const isOnce = method === "post" && !isOpen;
  const told = [...(isMarked ? ["ETag"] : []), ...(isOnce ? ["Idempotency-Replayed"] : [])];
  const toldHeaders = Object.fromEntries(told.map((name) => [name, refTo("headers", name)]));
  const good = Object.entries(operation.responses ?? {})
    .filter(([status]) => Number(status) < 400)
    .map(([status, response]) => [status, told.length > 0 ? { ...response, headers: toldHeaders } : response]);
  const headers = [
    ...(isMarked ? ["IfNoneMatch"] : []),
    ...(isOnce ? ["IdempotencyKey"] : []),
    ...(method !== "get" && onBot ? ["IfMatch"] : []),
    ...(operation.operationId === "streams.log" ? ["LastEventId"] : []),
  ];
  const parameters = [...(operation.parameters ?? []), ...headers.map((name) => refTo("parameters", name))];
  Object.assign(operation, {
    ...(parameters.length > 0 && { parameters }),
    responses: {
      ...Object.fromEntries(good),
      ...(isMarked && { 304: refTo("responses", "NotModified") }),
      ...Object.fromEntries(fails.map((status) => [status, refTo("responses", `Problem${status}`)])),
      default: refTo("responses", "Problem"),
    },
    ...(isOpen && { security: [] }),
    // What OpenAPI has no word for: which permission it asks.
    "x-permission": field(meta, "permission"),
    ...(instead !== undefined && { "x-permission-instead": instead }),
  });
}

const tellsJson = ({ responses }: Operation): boolean =>
  field(field(field(responses, "200"), "content"), "application/json") !== undefined;

const refTo = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

const header = (name: string, description: string, example: string) =>
  ({ name, in: "header", description, schema: { type: "string" }, example }) as const;
const parameters = {
  IdempotencyKey: header("Idempotency-Key", words.idempotencyKey, "3f1c1d4e-0b0a-4a53-9d0e-2f6f0a2b7c11"),
  IfMatch: header("If-Match", words.ifMatch, '"12-q8Zk3v0uYt5b1xw9RmN2aA"'),
  IfNoneMatch: header("If-None-Match", words.ifNoneMatch, '"12-q8Zk3v0uYt5b1xw9RmN2aA"'),
  LastEventId: header("Last-Event-ID", words.lastEventId, "3.1024"),
};

const responseHeaders = {
  ETag: { description: words.etag, schema: { type: "string" } },
  "Idempotency-Replayed": { description: words.replayed, schema: { type: "string", enum: ["true"] } },
} as const;

/** One response for each status that an operation names, and one for whatever else. */
const responses = Object.fromEntries(
  [undefined, 400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503].map((status) => {
    const codes = Object.entries(errorTable).flatMap(([code, row]) => (row.status === status ? [code] : []));
    const description = status === undefined ? words.failures : `${words.codes}: ${codes.join(", ")}`;
    const retry = { "Retry-After": { description: words.retryAfter, schema: { type: "integer" } } };
    const content = { [PROBLEM]: { schema: refTo("schemas", "Problem") } };
    const again = status === 429 || status === 503;
    return [`Problem${status ?? ""}`, { description, ...(again && { headers: retry }), content }];
  }),
);

/** Says once what the converter says twice: a number above 0 need not be above -9007199254740991 as well. */
function tidy(of: unknown): void {
  if (typeof of !== "object" || of === null) return;
  if ("exclusiveMinimum" in of && "minimum" in of) Reflect.deleteProperty(of, "minimum");
  for (const inner of Object.values(of)) tidy(inner);
}

/** Every operation of the document, in its order. */
export const operationsOf = (document: Document) =>
  Object.values(document.paths ?? {}).flatMap((path) =>
    [path?.get, path?.post, path?.put, path?.patch, path?.delete].filter((operation) => operation !== undefined),
  );

const field = (of: unknown, key: string): unknown =>
  typeof of === "object" && of !== null && key in of ? Reflect.get(of, key) : undefined;
