import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Preferences } from "#contracts/preferences";
import { actorOf } from "./actor";
import { env } from "./env";
import { asAppError } from "./failure";
import { PATH_HEADER } from "./path-header";
import { readPreferences } from "./preferences";
import { isSetupNeeded } from "./setup";

/** Who looks at this page; null for nobody. Asked once a request. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  try {
    return await actorOf(await headers());
  } catch (error) {
    if (error instanceof AppError && error.code === "not_signed_in") return null;
    throw error;
  }
});

/** Who looks at this page; leads strangers to /sign-in and back here afterwards, or to /setup while there is no account at all. */
export async function requireActor(): Promise<Actor> {
  const actor = await currentActor();
  if (actor) return actor;
  if (await isSetupNeeded()) redirect("/setup");
  const path = (await headers()).get(PATH_HEADER) ?? "/";
  redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
}

/** How who looks at this page wants to see the panel; null for nobody, and where it cannot be read now. */
export const currentPreferences = cache(async (): Promise<Preferences | null> => {
  const seen = await attempt(async () => {
    const actor = await currentActor();
    return actor && readPreferences(actor);
  });
  return seen.ok ? seen.value : null;
});

/** Whether signing in with Discord is set up. */
export const discordOffered = (): boolean => env().discord !== null;

/** Whether the first account is still to be made. */
export const setupNeeded = isSetupNeeded;

/**
 * What a page reads, or the expected failure instead of it: Next hides the message of an error thrown in a page, and
 * "the database does not answer" is something people should be told.
 */
export async function attempt<Value>(
  work: () => Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; code: AppError["code"]; values: AppError["values"] }> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const { code, values } = asAppError(error);
    return { ok: false, code, values };
  }
}
