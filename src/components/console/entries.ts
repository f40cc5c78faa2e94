import type { LogEntry } from "#client/live/log-buffer";

/** Where the entry of a key stands, looked for from the new end; -1 when it has gone. */
export function placeOf(entries: readonly LogEntry[], key: string): number {
  for (let i = entries.length - 1; i >= 0; i -= 1) if (entries[i]?.key === key) return i;
  return -1;
}

/** The entries up to the one that was newest when the viewer pressed pause. `held`: what was there then. */
export function untilPause(entries: readonly LogEntry[], held: readonly LogEntry[]): readonly LogEntry[] {
  const last = held.at(-1);
  if (!last) return held;
  const place = placeOf(entries, last.key);
  // It fell off the old end: what was held then is all there is to show.
  return place === -1 ? held : entries.slice(0, place + 1);
}

/** How many lines came after the entry of a key; every line when it has gone, none when there was nothing to come after. */
export function linesAfter(entries: readonly LogEntry[], key: string | undefined): number {
  let count = 0;
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (!entry || entry.key === key) break;
    if (entry.kind === "line") count += 1;
  }
  return count;
}
