import type { AnySchema, ErrorMap } from "@orpc/contract";
import { type Context, implement, Procedure } from "@orpc/server";
import type { Actor } from "#contracts/access";
import type { OperationMeta } from "#contracts/api/base";
import { api } from "#contracts/api/index";
import { AppError } from "#contracts/errors";
import { personOf } from "./access";
import { actorOf } from "./actor";
import { clientOf } from "./address";
import { type Bug, toldOf } from "./failure";
import { assertOwnOrigin } from "./origin";
import { openPace } from "./pace";
import { assertPermitted, botNamed, undeclared } from "./permitted";
import { assertUnchangedBefore, revisionOf } from "./precondition";
import { askedBy } from "./transaction";

/** What a request brings along, and what its answer has besides a body: a status other than the operation's own, headers, or a failure. */
export type Asked = {
  headers: Headers;
  answer: { status?: number; headers?: Record<string, string>; failure?: AppError | Bug; revision?: number | string };
};

const contract = implement(api).$context<Asked>();

/** Puts operations together; each brings the gate it was made with. */
export const complete = contract.router;

/**
 * How often a person may ask by their browsers: as many pages as they like, and no flood. Pieces of files have bounds of their own, keys have
 * paces of their own (key-use.ts).
 */
export const browsing = openPace({ atOnce: 1_000, perSecond: 100 });

const start = contract.use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw toldOf(error);
  }
});

/**
 * Operations that nobody need be signed in for. The default is deny: one that does not say `open` is refused here. Who
 * asks is looked up only when a verb wants to know, so that health can be told without a database.
 */
export const open = start.use(async ({ context: { headers }, procedure, next }) => {
  const meta = procedure["~orpc"].meta;
  if (meta.permission !== "open") throw undeclared(meta);
  if (meta.writes) assertWriteFrom(headers, await actorOf(headers), meta);
  return next({ context: { actor: () => actorOf(headers), address: clientOf(headers).address } });
});

/**
 * Every other operation: somebody is signed in, a write comes from our own pages, and what the operation's permission
 * asks for holds, before its input is even looked at. One that declares none is refused. The verbs ask again themselves.
 */
export const signedIn = start.use(async ({ context, procedure, next }, input: unknown) => {
  const meta = procedure["~orpc"].meta;
  const actor = await actorOf(context.headers);
  if (!actor) throw new AppError("not_signed_in");
  if (actor.kind === "person") browsing.take(actor.viewer?.id ?? personOf(actor));
  if (meta.writes) assertWriteFrom(context.headers, actor, meta);
  await assertPermitted(actor, meta, input);
  const botId = botNamed(input);
  if (botId !== undefined && meta.writes && !meta.ownMark) await assertUnchangedBefore(context.headers, botId);
  if (botId !== undefined && meta.revisioned) context.answer.revision = await revisionOf(botId);
  return askedBy(actor, () => next({ context: { actor } }));
});

/**
 * An operation whose answer is sent as its verb made it, typed and out of parsed parts. To read a list of a thousand bots once more, each with
 * its sixty samples, takes as long as to make it.
 */
export const unread = <
  First extends Context,
  Now extends Context,
  In extends AnySchema,
  Out extends AnySchema,
  Errors extends ErrorMap,
>(
  made: Procedure<First, Now, In, Out, Errors, OperationMeta>,
) => new Procedure({ ...made["~orpc"], outputValidationIndex: Number.NaN });

/**
 * Refuses a write that another site started: a cookie is sent by the browser whatever site asks for it; a token is not. And one of an
 * admin who looks at the panel as somebody else.
 */
export function assertWriteFrom(headers: Headers, actor: Actor | null, { viewing = false }: OperationMeta = {}): void {
  if (actor === null) assertOwnOrigin(headers, "pass");
  if (actor?.kind === "person") assertOwnOrigin(headers);
  if (actor?.viewer && !viewing) throw new AppError("viewing_only", { name: actor.name });
}
