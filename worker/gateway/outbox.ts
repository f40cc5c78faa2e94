import type { EventName, EventPayload } from "#contracts/events";
import type { LogLine, LogSource } from "#contracts/log";

/** What comes within this goes together, ms. Lines come in batches already, as their log is looked at (worker/logs/index.ts). */
const BATCH_MS = 10;
/** What did not go with one batch follows after this, if the viewer takes it, ms. */
const REST_MS = 10;
/** What one event carries at most, so that no ping waits long behind it. */
const EVENT_LINES = 500;
const EVENT_CHARS = 64 * 1024;
/** What waits for one viewer at most. A viewer slower than its bots loses the oldest lines, and is told how many. */
export const WAITING = { lines: 5_000, chars: 1024 * 1024 } as const;

type Queue = { botId: string; source: LogSource; lines: LogLine[]; missed: number; chars: number };

/** Where to send, and whether the viewer has room for more. */
export type Wire = { emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void; drained(): boolean };

/** What waits for one viewer. Of a state only the newest waits; lines wait in order, up to a bound. */
export interface Outbox {
  /** `key` names what it is the state of: a newer one takes its place. */
  state<Name extends EventName>(key: string, name: Name, payload: EventPayload<Name>): void;
  /** `missed` lines lie right before these and are not sent. */
  log(botId: string, source: LogSource, lines: readonly LogLine[], missed: number): void;
  /** Forgets what waits of a bot's log. */
  dropLog(botId: string): void;
  close(): void;
}

const weight = (line: LogLine) => line.text.length + 120;

export function createOutbox(wire: Wire): Outbox {
  const states = new Map<string, () => void>();
  const queues = new Map<string, Queue>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const schedule = (ms: number = BATCH_MS) => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      flush();
    }, ms);
  };

  function flush() {
    if (wire.drained()) {
      for (const send of states.values()) send();
      states.clear();
      // One event of each log per turn: none waits behind another's flood.
      for (const [key, queue] of queues) {
        sendSome(queue);
        if (queue.lines.length === 0 && queue.missed === 0) queues.delete(key);
      }
    }
    if (states.size > 0 || queues.size > 0) schedule(REST_MS);
  }

  function sendSome(queue: Queue) {
    const { botId, source, missed } = queue;
    let count = 0;
    let chars = 0;
    while (count < queue.lines.length && count < EVENT_LINES && chars < EVENT_CHARS) {
      const line = queue.lines[count];
      chars += line ? weight(line) : 0;
      count += 1;
    }
    const lines = queue.lines.splice(0, count);
    queue.chars -= chars;
    queue.missed = 0;
    wire.emit("bot.log", { botId, source, lines, ...(missed > 0 ? { missed } : {}) });
  }

  /** Drops the oldest of the longest log until what waits is within the bounds. */
  function bound() {
    for (;;) {
      const all = [...queues.values()];
      const lines = all.reduce((sum, queue) => sum + queue.lines.length, 0);
      const chars = all.reduce((sum, queue) => sum + queue.chars, 0);
      if (lines <= WAITING.lines && chars <= WAITING.chars) return;
      const longest = all.reduce((a, b) => (b.chars > a.chars ? b : a));
      if (longest.lines.length <= 1) return;
      const gone = longest.lines.splice(0, Math.ceil(longest.lines.length / 10));
      longest.missed += gone.length;
      longest.chars -= gone.reduce((sum, line) => sum + weight(line), 0);
    }
  }

  return {
    state(key, name, payload) {
      states.delete(key);
      states.set(key, () => wire.emit(name, payload));
      schedule();
    },
    log(botId, source, lines, missed) {
      const key = `${botId}/${source}`;
      const queue = queues.get(key) ?? { botId, source, lines: [], missed: 0, chars: 0 };
      queues.set(key, queue);
      if (missed > 0) {
        // A hole in the middle: what waits before it joins it, so that one number says it all.
        queue.missed += queue.lines.length + missed;
        queue.lines = [];
        queue.chars = 0;
      }
      for (const line of lines) {
        queue.lines.push(line);
        queue.chars += weight(line);
      }
      bound();
      schedule();
    },
    dropLog(botId) {
      for (const [key, queue] of queues) if (queue.botId === botId) queues.delete(key);
    },
    close() {
      clearTimeout(timer);
      states.clear();
      queues.clear();
      closed = true;
    },
  };
}
