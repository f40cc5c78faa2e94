/** The commands of one bot, one after another. */
export interface Jobs {
  add(job: () => Promise<void>): void;
  /** Goes before everything that waits. */
  addFirst(job: () => Promise<void>): void;
  /** Forgets what waits; what runs is left to end. */
  close(): void;
}

/** Makes a queue. A job that throws is a bug: it goes to `failed`, and the next one runs. */
export function createJobs(failed: (error: unknown) => void): Jobs {
  let waiting: (() => Promise<void>)[] = [];
  let working = false;
  let closed = false;

  async function work() {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      try {
        await job();
      } catch (error) {
        failed(error);
      }
    }
    working = false;
  }

  function wake() {
    if (closed || working) return;
    working = true;
    queueMicrotask(work);
  }

  return {
    add(job) {
      waiting.push(job);
      wake();
    },
    addFirst(job) {
      waiting.unshift(job);
      wake();
    },
    close() {
      closed = true;
      waiting = [];
    },
  };
}
