import type { WebhookPush } from "#contracts/deploy";
import { AppError, type ErrorCode } from "#contracts/errors";
import { placeOf } from "#contracts/place";
import { en } from "#contracts/words/en";
import { database } from "#prisma/db";
import { clientOf } from "./address";
import { auditAround } from "./audit";
import { HOOKS } from "./deploy-setup";
import { asAppError } from "./failure";
import { workerOf } from "./worker";

/*
 * POST /api/hooks/<id>: a host of repositories tells of a push. Nobody is signed in and no page of ours asks, so no cookie counts here;
 * what counts is the signature, which the worker checks, because only it opens the secret. Whatever is not right is answered as an
 * address that does not exist, so that nobody learns which are there.
 */

/** A push of 2,048 commits, the most that GitHub tells, has less. What is larger is refused: the Update button is still there. */
const BODY_BYTES = 5 * 1024 * 1024;
/** Calls of one webhook from one place within a minute. */
const CALLS = 30;
const MINUTE = 60_000;

export const isHook = (request: Request): boolean => new URL(request.url).pathname.startsWith(HOOKS);

/** Answers a host of repositories: 202 a deploy began, 204 nothing to do, 404 no such webhook or not signed with its secret. */
export async function serveHook(request: Request): Promise<Response> {
  try {
    return new Response(null, { status: await take(request), headers: { "cache-control": "no-store" } });
  } catch (error) {
    const failure = asAppError(error);
    throw TOLD.includes(failure.code) ? failure : notThere();
  }
}

/** What a host is told; anything else would say which webhooks are there. Replayed: signed well, so there is nothing to hide. */
const TOLD: readonly ErrorCode[] = [
  "too_many_tries",
  "body_too_large",
  // Hosts that try again should.
  "worker_away",
  "database_away",
  "database_full",
  "webhook_replayed",
];
const notThere = () => new AppError("not_found", { what: en.server.noOperation });

async function take(request: Request): Promise<number> {
  const hookId = /^[0-9a-f]{32}$/.exec(new URL(request.url).pathname.slice(HOOKS.length))?.[0];
  if (request.method !== "POST" || hookId === undefined) throw notThere();
  const bot = await database().bot.findUnique({ where: { hookId }, select: { id: true, nodeId: true } });
  if (!bot) throw notThere();
  const { address } = clientOf(request.headers);
  assertRate(bot.id, address);
  const push = pushOf(request.headers, await readBody(request));
  const caller = { kind: "webhook" as const, via: "webhook" as const, name: "webhook", address };
  return auditAround(database(), caller, { action: "deploy.run", botId: bot.id }, async (entry) => {
    const answer = await workerOf(bot.nodeId).ask("deploys.webhook", { botId: bot.id, push });
    if (answer.outcome === "ignored") {
      await entry.takeBack();
      return 204;
    }
    await entry.amend({ number: answer.number });
    return 202;
  });
}

/** What the hosts call the same things. */
function pushOf(headers: Headers, body: Buffer): WebhookPush {
  const first = (...names: string[]) => names.map((name) => headers.get(name)).find((value) => value) ?? "";
  return {
    body: body.toString("base64"),
    signature: first("x-hub-signature-256", "x-gitea-signature", "x-hub-signature").slice(0, 200),
    token: first("x-gitlab-token").slice(0, 500),
    event: first("x-github-event", "x-gitea-event", "x-gitlab-event", "x-event-key").slice(0, 100),
    delivery: first("x-github-delivery", "x-gitea-delivery", "x-gitlab-event-uuid", "x-request-uuid").slice(0, 200),
  };
}

// Counted while it arrives: a length may be left out or be a lie.
async function readBody(request: Request): Promise<Buffer> {
  const tooBig = () => new AppError("body_too_large", { limit: "5 MB" });
  if (Number(request.headers.get("content-length")) > BODY_BYTES) throw tooBig();
  const parts: Uint8Array[] = [];
  let seen = 0;
  // Node reads nothing more from a connection whose request was cancelled: see early-answer.ts.
  for await (const part of request.body?.values({ preventCancel: true }) ?? []) {
    seen += part.byteLength;
    if (seen > BODY_BYTES) throw tooBig();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/**
 * Calls of each webhook from each place since its minute began: who knows the address and not the secret must not keep the repository's
 * own pushes out. Only webhooks that exist are counted.
 */
const calls = new Map<string, { since: number; count: number }>();
/** From so many on, those whose minute is over are forgotten. */
const MANY_PLACES = 1_000;

function assertRate(botId: string, address: string, now = Date.now()): void {
  const key = `${botId} ${placeOf(address)}`;
  if (calls.size >= MANY_PLACES && !calls.has(key))
    for (const [old, { since }] of calls) if (now - since >= MINUTE) calls.delete(old);
  const seen = calls.get(key);
  const counted = seen && now - seen.since < MINUTE ? seen : { since: now, count: 0 };
  counted.count += 1;
  calls.set(key, counted);
  if (counted.count > CALLS)
    throw new AppError("too_many_tries", { seconds: Math.ceil((counted.since + MINUTE - now) / 1000) });
}
