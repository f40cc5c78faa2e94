import { readFailure } from "./failure";

/*
 * What signs a person in has changed (a password, a second factor): their sessions end, and this browser goes on under a new one, whose
 * cookie comes with the answer to that change. Whatever is asked in between, by this tab or another one, is asked with the old cookie.
 */

type Send = (request: Request, init?: RequestInit) => Promise<Response>;

/** How long the answer to a change is waited for at most, ms; a change that takes longer is not worth signing anybody out for either. */
const CHANGE_MS = 10_000;
/** How long another tab's change may take to arrive here, ms. */
const OTHER_TAB_MS = 500;

/**
 * Sends what is given, and once more where it was refused because nobody is signed in: the answer that brings the new session may be on its
 * way. Only then is it over indeed. A large body (a piece of a file) is sent once. `send` throws what `readFailure` reads.
 */
export function askingAgain(send: Send): Send {
  const changes = new Set<Promise<unknown>>();
  const tracked = async (request: Request, init?: RequestInit) => {
    const sent = send(request, init);
    if (request.method !== "GET") changes.add(sent);
    try {
      return await sent;
    } finally {
      changes.delete(sent);
    }
  };
  return async (request, init) => {
    const again = isSmall(request) ? request.clone() : null;
    try {
      return await tracked(request, init);
    } catch (error) {
      if (readFailure(error).code !== "not_signed_in" || !again) throw error;
      await Promise.race([Promise.allSettled([...changes, pause(OTHER_TAB_MS)]), pause(CHANGE_MS)]);
      if (request.signal.aborted) throw error;
      return tracked(again, init);
    }
  };
}

/**
 * Sends a piece of a file, which can be made anew where a request cannot: once more where it was refused although somebody is signed in.
 * `whoIsIn` asks who, and waits as above.
 */
export async function sendingAgain<T>(send: () => Promise<T>, whoIsIn: () => Promise<unknown>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (readFailure(error).code !== "not_signed_in") throw error;
    await whoIsIn();
    return send();
  }
}

const isSmall = (request: Request) =>
  request.body === null || (request.headers.get("content-type") ?? "").startsWith("application/json");

const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));
