import type { IncomingMessage, ServerResponse } from "node:http";
import type { Bot, World } from "./world";

/** A refusal in Discord's form: HTTP status, its own code, text. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a route gets: the bot that asks, the parts of the path, query and body. */
export type Call = { bot: Bot; parts: readonly string[]; query: URLSearchParams; body: unknown };

/** `open` routes carry their own token in the path; `bot` of such a call must not be used. */
export type Route = { method: string; path: string; open?: boolean; run: (call: Call) => unknown };

/** One request, for assertions. */
export type RestEvent = { method: string; path: string; bot?: string; status: number };

const nobody: Bot = { id: "0", name: "nobody", token: "", intents: 0, shards: 1, user: {}, commands: new Map() };

/** Serves the routes below /api and /api/v9, /api/v10, as Discord answers: JSON, rate-limit headers, 204 for nothing. */
export function serveRest(world: World, routes: readonly Route[], log: (event: RestEvent) => void) {
  const table = routes.map((route) => ({
    ...route,
    pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, "([^/]+)")}$`),
  }));

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown; bot?: Bot; path: string }> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(url.pathname).replace(/^\/api(\/v\d+)?/, "");
    const bot = world.byToken(request.headers.authorization ?? "");
    try {
      for (const route of table) {
        const match = route.method === request.method ? route.pattern.exec(path) : null;
        if (!match) continue;
        if (!bot && !route.open) throw new ApiError(401, 0, "401: Unauthorized");
        const body = await readJson(request);
        const result = route.run({ bot: bot ?? nobody, parts: match.slice(1), query: url.searchParams, body });
        return { status: result === null ? 204 : 200, body: result, bot, path };
      }
      throw new ApiError(404, 0, "404: Not Found");
    } catch (error) {
      const { status, code, message } =
        error instanceof ApiError ? error : new ApiError(400, 50_035, "Invalid Form Body");
      return { status, body: { code, message }, bot, path };
    }
  }

  return async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body, bot, path } = await answer(request);
    log({ method: request.method ?? "", path, status, bot: bot?.name });
    response.writeHead(status, {
      ...(status === 204 ? {} : { "content-type": "application/json" }),
      "x-ratelimit-limit": "50",
      "x-ratelimit-remaining": "49",
      "x-ratelimit-reset-after": "1.000",
      "x-ratelimit-reset": String(Date.now() / 1000 + 1),
      "x-ratelimit-bucket": "simulator",
    });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const raw = Buffer.concat(pieces);
  const type = request.headers["content-type"] ?? "";
  if (raw.length === 0) return {};
  if (!type.startsWith("multipart/")) return JSON.parse(raw.toString());
  const form = await new Response(raw, { headers: { "content-type": type } }).formData();
  return JSON.parse(String(form.get("payload_json") ?? "{}"));
}
