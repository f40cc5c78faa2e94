import { createORPCClient, ORPCError } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import type { JsonifiedClient } from "@orpc/openapi-client";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { z } from "zod";
import { AGENTS } from "#contracts/access";
import { type Api, api } from "#contracts/api/index";
import { AppError, isErrorCode } from "#contracts/errors";
import { health } from "#contracts/host";
import { readProblem } from "#contracts/problem";
import { assertChangesNothing, DryRun } from "./dry-run";
import { type Access, readAccess } from "./env";
import { Failure } from "./failure";

export type Client = JsonifiedClient<ContractRouterClient<Api>>;

/** A client of the public API, signed in by token or key file. Failures of any call become a Failure with its exit code. */
export function openClient({
  access = readAccess(),
  dryRun = false,
}: {
  access?: Access;
  /** Only look: the first thing that would change something ends the command with a DryRun. */
  dryRun?: boolean;
} = {}): Client {
  const link = new OpenAPILink(api, {
    url: `${access.url}/api`,
    headers: () => headersOf(access),
    fetch: async (request, init) => taken(await reach(access, request, init), access),
    interceptors: [
      async ({ next, path, input }) => {
        if (dryRun) assertChangesNothing(path, input);
        try {
          return await next();
        } catch (error) {
          const degraded = error instanceof ORPCError ? healthAnswer.safeParse(error.data) : undefined;
          if (degraded?.success) return degraded.data.body;
          throw toFailure(error, access);
        }
      },
    ],
  });
  return createORPCClient<Client>(link);
}

const headersOf = ({ token }: Access): Record<string, string> => ({
  "user-agent": AGENTS.cli,
  ...(token && { authorization: `Bearer ${token}` }),
});

/** What an answer may be asked with besides: headers, and statuses that are answers too. */
type FileOptions = { headers?: Readonly<Record<string, string>>; also?: readonly number[] };

/** Asks for what is no JSON but a file, as it comes. Failures as of any call. */
export async function openFile(
  path: string,
  query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
  { headers: asked, also = [] }: FileOptions = {},
): Promise<Response> {
  const access = readAccess();
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [key, String(one)]),
  );
  const headers = { ...asked, ...headersOf(access) };
  const answer = await reach(access, `${access.url}/api${path}?${new URLSearchParams(given)}`, { headers });
  if (answer.ok || also.includes(answer.status)) return answer;
  await taken(answer, access);
  throw toFailure(new ORPCError("", { status: answer.status, message: answer.statusText }), access);
}

/** An answer as it is; a refusal of the panel is thrown. */
async function taken(answer: Response, access: Access): Promise<Response> {
  if (answer.ok && answer.headers.get("content-type")?.startsWith("text/html"))
    throw new Failure("not_reachable", `At ${access.url} a page answers, and no panel.`, 5);
  const problem = answer.ok ? null : await readProblem(answer);
  if (!problem) return answer;
  const { code, detail, status } = problem;
  if (!isErrorCode(code)) throw new Failure("unexpected", `${access.url} answered ${status}: ${detail}`, 1);
  throw Failure.of(code, code === "not_signed_in" ? `Sign in first. ${signInHint(access)}` : detail);
}

/** The bytes of an answer as they come; whoever stops taking them ends it. */
export async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A panel that is not well answers with an error's status, for whoever only looks at that, and says in its body what is away. */
const healthAnswer = z.object({ body: health });

const reach = (access: Access, what: string | Request, init?: RequestInit): Promise<Response> =>
  fetch(what, { ...init, redirect: "error" }).catch((cause) => {
    throw new Failure("not_reachable", whyNot(access, cause), 5, cause);
  });

/** What fetch met, in words that say what to do. */
export function whyNot({ url }: Pick<Access, "url">, failed: unknown): string {
  const cause = failed instanceof Error ? failed.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|SIGNATURE|ERR_TLS/.test(code))
    return `The certificate of ${url} is not trusted (${code}). If it is your own, name its authority's file in NODE_EXTRA_CA_CERTS.`;
  if (/SSL|EPROTO/.test(code)) return `What answers at ${url} does not speak https. Write http:// if that is meant.`;
  if (cause instanceof Error && /redirect/.test(cause.message))
    return `${url} leads on to another address. Name that one, so that your key goes nowhere else.`;
  return `Nothing answers at ${url}. Is the panel running there (npm start), and is that its address (BOTYARD_URL)?`;
}

function toFailure(error: unknown, access: Access): unknown {
  if (error instanceof Failure || error instanceof DryRun) return error;
  if (!(error instanceof ORPCError)) {
    // An answer that broke off, or is none of a panel's.
    if (error instanceof TypeError && error.cause)
      return new Failure("not_reachable", `${access.url} broke off.`, 5, error);
    const why = error instanceof Error ? error.message : String(error);
    return new Failure("unexpected", `${access.url} does not answer as a panel does: ${why}`, 1, error);
  }
  if (error.status === 413) return Failure.of("proxy_body_limit", new AppError("proxy_body_limit").message);
  if (error.status >= 502 && error.status <= 504)
    return new Failure("not_reachable", `${access.url} answers, but Botyard behind it does not.`, 5);
  const words = `${access.url} answers ${error.status} (${error.message}), and not as a panel does. Is that its address?`;
  return new Failure("unexpected", words, 1);
}

function signInHint({ source, url, home }: Access): string {
  if (source === "login") return `The key that botyard login made was refused. Run botyard login ${url} again.`;
  if (source !== "none") return `The ${source} was refused: it is wrong, expired or revoked.`;
  return home === null
    ? `Run botyard login ${url}, or set BOTYARD_TOKEN.`
    : `There is no BOTYARD_TOKEN, and no key file can be read under ${home}. For a panel elsewhere: botyard login <its address>.`;
}
