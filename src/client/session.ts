import { z } from "zod";
import { client } from "./api";
import { FailureError, failureOf } from "./failure";

/*
 * next-auth's browser part in one file. We speak its three routes ourselves: its own client leads away to an error page
 * when the panel does not answer, and the sign-in form would rather say so.
 */

async function post(path: string, fields: Record<string, string>): Promise<URL> {
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await (await fetch("/api/auth/csrf")).json());
  const answer = await fetch(`/api/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...fields, csrfToken, json: "true" }),
  });
  const { url } = z.object({ url: z.string() }).parse(await answer.json());
  return new URL(url, window.location.origin);
}

// A refused sign-in brings one string back: a code of the error table, with the values of its sentence as `code?name=value`.
function refusal(said: string): FailureError {
  const [code, query = ""] = said.split("?");
  const failure = failureOf(code, Object.fromEntries(new URLSearchParams(query)));
  const isKnown = failure.code !== "unexpected" || code === "unexpected";
  return new FailureError(isKnown ? failure : { code: "sign_in_failed", values: {} });
}

/** Shows next-auth one way to sign in; throws what `readFailure` reads. */
async function show(way: string, fields: Record<string, string>): Promise<void> {
  const landed = await post(`callback/${way}`, fields).catch((error: unknown) => {
    // Not JSON, or not what next-auth answers: a proxy's page, or nobody.
    throw error instanceof TypeError ? error : new FailureError({ code: "web_away", values: {} });
  });
  const error = landed.searchParams.get("error");
  if (error) throw refusal(error);
}

/** Signs in. `second_factor_needed` among its failures means that `showCode` is to follow. */
export const signIn = (email: string, password: string): Promise<void> => show("credentials", { email, password });

/** The second step of signing in: a code of the second factor, or a recovery code. */
export const showCode = (code: string): Promise<void> => show("second-factor", { code });

/** Signs in with a passkey that the browser has the person choose. Null when they chose none. */
export async function signInByPasskey(): Promise<true | null> {
  const { ticket, options } = await client.signIn.passkey();
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const answer = await startAuthentication({ optionsJSON: options }).catch(() => null);
  if (!answer) return null;
  await show("passkey", { ticket, answer: JSON.stringify(answer) });
  return true;
}

/** Leads to Discord, which leads back. `next`: where to go once signed in, a path of this panel. */
export async function goToDiscord(next = "/"): Promise<void> {
  window.location.assign(await post(`signin/discord?${new URLSearchParams({ next })}`, {}));
}

/** This page leads elsewhere already, of its own accord. Its live connection is often cut before that, and must not lead it to another place. */
let leaving = false;

export const isLeaving = (): boolean => leaving;

function leave(): void {
  leaving = true;
  // Whoever comes back to a page that the browser kept is no longer leaving it.
  window.addEventListener("pagehide", stay, { once: true });
}

function stay(): void {
  leaving = false;
}

/** Leads to another page by a whole load, so that nothing of this one is kept. */
export function leaveFor(path: string): void {
  leave();
  window.location.assign(path);
}

/** Ends the session and leads to the sign-in page. */
export async function signOut(): Promise<void> {
  leave();
  try {
    await post("signout", {});
  } catch (error) {
    stay();
    throw error;
  }
  window.location.assign("/sign-in");
}

/** Leads to the sign-in page when the session is over, and back afterwards. */
export function goSignIn(): void {
  const { pathname, search } = window.location;
  if (leaving || pathname.startsWith("/sign-in")) return;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}
