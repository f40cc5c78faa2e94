import { randomUUID } from "node:crypto";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  CallToolRequestSchema,
  CancelledNotificationSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import type { Actor } from "#contracts/access";
import { AppError, retryAfter } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { actorOf } from "../actor";
import { takerOf } from "../at-once";
import { env } from "../env";
import { statusOf, toldOf } from "../failure";
import { openLine } from "../line";
import { assertOwnOrigin } from "../origin";
import { keyWords } from "../problem";
import { tools } from "../router";
import { failureText } from "./index";
import { fillPrompt, listPrompts } from "./prompts";
import { openUnderWay } from "./under-way";

/** A question is short; an answer may be long. Bytes. */
const BODY_BYTES = 1024 * 1024;

/** What a client is told its name in, and repeats it with each request: of a session there is no more than that. */
const NAME_HEADER = "mcp-session-id";
const underWay = openUnderWay();

/**
 * Agents come by the hundred and all at once; the database has ten connections for everybody. So many are let in at a time, and each person
 * has so many questions under way; the others wait, for seconds at most. Notifications pass: one may end what keeps the others waiting.
 */
const door = openLine({ atOnce: 4, waiting: 500 });
const turn = openLine({ atOnce: 4, waiting: 200 });

/**
 * Answers /api/mcp: the tools over MCP's streamable HTTP, without sessions, so that every request stands for itself and is let in by itself.
 * By API key only: a cookie would let any page that a browser shows speak for its user; and no page of another site, whatever key it has.
 * `?write=true` offers what changes something.
 */
export async function serveMcp(request: Request): Promise<Response> {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  try {
    assertOwnOrigin(request.headers, "pass");
    const actor = await door("", () => actorOf(request.headers), request.signal);
    if (!actor || actor.kind === "person") throw new AppError("not_signed_in");
    const transport = new WebStandardStreamableHTTPServerTransport({
      enableJsonResponse: true,
      maxRequestBodySize: BODY_BYTES,
    });
    let refusal: AppError | undefined;
    const server = serverFor(actor, request, (error) => {
      refusal = error;
    });
    await server.connect(transport);
    const answer = await transport.handleRequest(request);
    if (refusal) throw refusal;
    if (!request.headers.has(NAME_HEADER)) answer.headers.set(NAME_HEADER, randomUUID());
    return answer;
  } catch (error) {
    const told = toldOf(error);
    const status = statusOf(told);
    const seconds = told instanceof AppError ? retryAfter(told) : undefined;
    const headers: HeadersInit = {
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(seconds !== undefined && { "retry-after": String(seconds) }),
    };
    const message = status === 401 ? keyWords(request.headers) : told.message;
    return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } }, { status, headers });
  }
}

/** `turnedAway` hears when somebody asks too often. */
function serverFor(actor: Actor, { headers, url, signal }: Request, turnedAway: (error: AppError) => void): Server {
  const write = new URL(url).searchParams.get("write") === "true";
  const calls = underWay(actor, headers.get(NAME_HEADER));
  const server = new Server(
    { name: "botyard", title: "Botyard", version: env().version },
    { capabilities: { tools: {}, prompts: {} }, instructions: en.tools.instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.list(actor, write).map(({ name, description, kind, parameters }) => ({
      name,
      description,
      inputSchema: { ...parameters, type: "object" as const },
      annotations: { readOnlyHint: kind === "read", destructiveHint: kind === "destructive", openWorldHint: false },
    })),
  }));
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params: { name, arguments: input = {} } }, { requestId }) => {
      try {
        const text = await calls.run(requestId, signal, (gone) =>
          turn(takerOf(actor), () => tools.call({ headers, write, gone }, name, input), gone),
        );
        return { content: [{ type: "text" as const, text }] };
      } catch (error) {
        if (error instanceof AppError && error.code === "too_many_requests") turnedAway(error);
        return { isError: true, content: [{ type: "text" as const, text: failureText(error) }] };
      }
    },
  );
  server.setNotificationHandler(CancelledNotificationSchema, ({ params: { requestId } }) => {
    if (requestId !== undefined) calls.cancel(requestId);
  });
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listPrompts() }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params: { name, arguments: values } }) => {
    try {
      const { description, text } = fillPrompt(name, values);
      return { description, messages: [{ role: "user" as const, content: { type: "text" as const, text } }] };
    } catch (error) {
      throw new McpError(ErrorCode.InvalidParams, toldOf(error).message);
    }
  });
  return server;
}
