import { createORPCClient } from "@orpc/client";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { api } from "#contracts/api/index";
import { serveApi } from "../../../src/server/api";
import { type Asker, HOST } from "../../../src/server/testing/panel";

/** `body`: as it came, with its media type. */
export type Answer = { status: number; code: string; values: Record<string, unknown>; type: string; body: string };

type Asking = { asker: Asker; answered: (answer: Answer) => void };

const client = createORPCClient(
  new OpenAPILink<Asking>(api, {
    url: `http://${HOST}/api`,
    async fetch(request, _init, { context: { asker, answered } }) {
      const headers = new Headers(request.headers);
      const own = { host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1", ...asker };
      for (const [key, value] of Object.entries(own)) headers.set(key, value);
      const { method } = request;
      const body = method === "GET" ? undefined : await request.arrayBuffer();
      const answer = await serveApi(new Request(request.url, { method, headers, body }));
      const text = await answer.text();
      const failed = answer.status >= 400 ? JSON.parse(text) : {};
      const type = answer.headers.get("content-type") ?? "";
      answered({ status: answer.status, code: failed.code ?? "done", values: failed.values ?? {}, type, body: text });
      return new Response("{}", { headers: { "content-type": "application/json" } });
    },
  }),
);

/** Asks an operation over HTTP, as any client would: through the real route, encoded by the contract. */
export async function call(asker: Asker, name: string, input: unknown): Promise<Answer> {
  const found = name.split(".").reduce<unknown>((at, key) => Reflect.get(Object(at), key), client);
  if (typeof found !== "function") throw new Error(`no such operation: ${name}`);
  return new Promise((answered, fail) => {
    found(input, { context: { asker, answered } }).catch(fail);
  });
}
