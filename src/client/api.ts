import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { type Api, api } from "#contracts/api/index";
import { askingAgain } from "./ask-again";
import { taken } from "./failure";

/** The typed client of every operation in the catalogue; what it answers is plain JSON, so the contract's types hold. */
export type Client = ContractRouterClient<Api>;

const send = askingAgain(async (request, init) =>
  taken(await fetch(request, { ...init, credentials: "same-origin", cache: "no-store" })),
);

const link = new OpenAPILink(api, {
  url: () => `${window.location.origin}/api`,
  fetch: send,
});

/** Asks the panel: `client.bots.list()`. Failures are read with `readFailure`. Browser only. */
export const client = createORPCClient<Client>(link);
