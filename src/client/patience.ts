/**
 * Asks with a signal that breaks the request off after `ms`, with a TimeoutError, or when `gone` does, with its reason. By a timer of our
 * own: a signal of AbortSignal.timeout can be collected before it fires when it is one of several, and then nothing ends the wait.
 */
export async function within<T>(ms: number, ask: (signal: AbortSignal) => Promise<T>, gone?: AbortSignal): Promise<T> {
  const stop = new AbortController();
  const leave = () => stop.abort(gone?.reason);
  const clock = setTimeout(() => stop.abort(new DOMException("It took too long.", "TimeoutError")), ms);
  gone?.addEventListener("abort", leave, { once: true });
  if (gone?.aborted) leave();
  try {
    return await ask(stop.signal);
  } finally {
    clearTimeout(clock);
    gone?.removeEventListener("abort", leave);
  }
}
