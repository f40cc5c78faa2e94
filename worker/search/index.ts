import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "#contracts/errors";
import { type SearchFound, type SearchJob, type SearchKind, searchAnswer, searchKinds } from "./kinds";

/** How long one slice looks, ms; less when others wait, so that each hears of theirs soon. */
const SLICE_MS = { alone: 450, least: 100 } as const;
/**
 * A slice that takes so much longer than it may is stuck, in a pattern or in a disk that does not answer, ms: a machine that has other things
 * to do keeps it, and a thread that is just being started, waiting for seconds.
 */
const OVERRUN_MS = 15_000;
/** Slices that may wait. Beyond it everybody would wait for longer than anybody asks. */
const WAITING = 100;
/** An idle thread is ended after this, ms: it holds memory, and the secrets of the last bot whose log was searched. */
const IDLE_MS = 60_000;
/** What a pattern may make of itself, MB. */
const HEAP_MB = 192;

type Slice = { kind: SearchKind; job: unknown };
type Asked = Slice & { resolve: (found: unknown) => void; reject: (error: Error) => void };
type Under = Asked & { id: number; late: ReturnType<typeof setTimeout> };

/*
 * One thread for searches, a slice at a time in the order in which they were asked. Who searches a gigabyte asks for many slices,
 * each when the last is answered, and so takes turns with everybody else; who stops asking stops costing.
 */
export function openSearches(say: (text: string) => void) {
  const waiting: Asked[] = [];
  let under: Under | undefined;
  let thread: Worker | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let count = 0;
  let closed = false;

  function go() {
    if (under || closed) return;
    const asked = waiting.shift();
    clearTimeout(idle);
    if (!asked) {
      idle = setTimeout(() => end(), IDLE_MS);
      idle.unref();
      return;
    }
    const budgetMs = Math.max(SLICE_MS.least, SLICE_MS.alone / (waiting.length + 1));
    const id = ++count;
    const late = setTimeout(() => fail(new AppError("search_too_slow")), budgetMs + OVERRUN_MS);
    under = { ...asked, id, late };
    thread ??= start();
    thread.postMessage({ id, kind: asked.kind, job: asked.job, budgetMs });
  }

  function start(): Worker {
    const made = spawn();
    made.unref();
    made.on("message", (message: unknown) => {
      if (made === thread) hear(message);
    });
    const gone = (error: unknown) => {
      if (made !== thread) return;
      // Of its own accord it ends only when its memory is full: by what it was asked.
      say(`a search ended its thread: ${String(error)}`);
      fail(new AppError("search_too_slow"));
    };
    made.on("error", gone);
    made.on("exit", gone);
    return made;
  }

  function hear(message: unknown) {
    const answer = searchAnswer.parse(message);
    if (answer.id !== under?.id) return;
    const { kind, resolve, reject, late } = under;
    clearTimeout(late);
    under = undefined;
    if ("found" in answer) resolve(searchKinds[kind].found.parse(answer.found));
    else if ("refused" in answer && isErrorCode(answer.refused.code))
      reject(new AppError(answer.refused.code, answer.refused.values));
    else reject(new Error("failed" in answer ? answer.failed : answer.refused.code));
    go();
  }

  /** Nobody waits for it any more. What is under way ends by itself, within a slice. */
  function leave(asked: Asked) {
    const place = waiting.indexOf(asked);
    if (place === -1) return;
    waiting.splice(place, 1);
    asked.reject(new AppError("cancelled"));
  }

  /** Ends the thread with what it is at; the next slice gets a new one. */
  function fail(error: Error) {
    const failed = under;
    under = undefined;
    end();
    if (failed) clearTimeout(failed.late);
    failed?.reject(error);
    go();
  }

  function end(): Promise<unknown> {
    const ended = thread;
    thread = undefined;
    return ended?.terminate() ?? Promise.resolve();
  }

  return {
    /**
     * One slice; one that still waits when who asked is `gone` is not begun. AppError search_too_slow when it had to be ended,
     * too_many_tries, cancelled; bad_input for a pattern that is none; the kind's own.
     */
    search<Kind extends SearchKind>(kind: Kind, job: SearchJob<Kind>, gone?: AbortSignal): Promise<SearchFound<Kind>> {
      if (closed) return Promise.reject(new AppError("worker_away"));
      if (waiting.length >= WAITING) return Promise.reject(new AppError("too_many_tries", { seconds: 5 }));
      return new Promise((resolve, reject) => {
        if (gone?.aborted) return reject(new AppError("cancelled"));
        const asked = { kind, job, resolve: (found: unknown) => resolve(found as SearchFound<Kind>), reject };
        waiting.push(asked);
        gone?.addEventListener("abort", () => leave(asked), { once: true });
        go();
      });
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      const left = [...waiting.splice(0), ...(under ? [under] : [])];
      if (under) clearTimeout(under.late);
      under = undefined;
      for (const { reject } of left) reject(new AppError("worker_away"));
      await end();
    },
  };
}

/** Beside the bundled worker lies the bundled thread; from sources it is run as they are. */
function spawn(): Worker {
  const options = { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } };
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./search.mjs", import.meta.url), options);
  // A thread does not inherit what reads TypeScript.
  const tsx = createRequire(import.meta.url).resolve("tsx/cjs/api");
  const thread = fileURLToPath(new URL("./thread.ts", import.meta.url));
  const program = `require(${JSON.stringify(tsx)}).register(); require(${JSON.stringify(thread)});`;
  return new Worker(program, { ...options, eval: true });
}
