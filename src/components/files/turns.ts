import { atMost } from "#client/at-most";

/** The panel looks through files three times at once for one page; who types fast waits for the turn before, and is not refused. */
const searches = atMost(3);

/** Asks a search of files again and again until it has seen everything, or `signal` says that nobody wants to know any more. Throws what `readFailure` reads. */
export async function* turns<Answer extends { next: string | null }>(
  ask: (place: { from?: string }) => Promise<Answer>,
  signal: AbortSignal,
  first: string | null = null,
): AsyncGenerator<Answer> {
  let next = first;
  do {
    const from = next;
    const answer = await searches(async () => (signal.aborted ? null : ask(from === null ? {} : { from })));
    if (answer === null || signal.aborted) return;
    yield answer;
    next = answer.next;
  } while (next !== null);
}
