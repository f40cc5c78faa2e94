import { signIn as enter, signOut as leave } from "next-auth/react";
import { FailureError, failureOf } from "./failure";

/** Where to go after signing in: a path of this panel only, never another site. */
export function safePath(path: string | null | undefined): string {
  if (!path?.startsWith("/") || path.startsWith("//") || path.includes("\\")) return "/";
  return path.startsWith("/sign-in") || path.startsWith("/setup") ? "/" : path;
}

// next-auth carries one string back from a refused sign-in: a code of the error table, with values as `code?name=value`.
function readRefusal(said: string): FailureError {
  const [code = "", query = ""] = said.split("?");
  const values = Object.fromEntries(new URLSearchParams(query));
  const failure = failureOf(code, values);
  return new FailureError(failure.code === "unexpected" ? { code: "sign_in_failed", values: {} } : failure);
}

/** Signs in; throws what `readFailure` reads. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await enter("credentials", { email, password, redirect: false });
  if (!answer) throw new FailureError({ code: "web_away", values: {} });
  if (answer.error) throw readRefusal(answer.error);
  if (!answer.ok) throw new FailureError({ code: "web_away", values: {} });
}

/** Ends the session and leads to the sign-in page. */
export const signOut = () => leave({ callbackUrl: "/sign-in" });

/** Leads to the sign-in page when the session is over, and back afterwards. */
export function goSignIn(): void {
  const { pathname, search } = window.location;
  if (pathname.startsWith("/sign-in")) return;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}
