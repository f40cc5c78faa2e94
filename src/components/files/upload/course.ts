import { within } from "#client/patience";
import { backoff } from "./pace";
import { verdictOf } from "./verdict";

/** How it goes with the requests of an upload. */
export type Standing = { is: "moving" | "paused" | "offline" } | { is: "stopped"; failure: unknown };

/** Thrown at whoever still wants something of an upload that is over. */
export class Ended extends Error {}

/** A request that takes longer is on a line that is dead, ms. */
const REQUEST_MS = 120_000;

/**
 * Asks for one upload, past lost connections and pauses: a request is tried again until it is answered, and what a person must put right
 * holds all of them until `resume`. `onStanding` hears every change.
 */
export function createCourse(onStanding: (standing: Standing) => void) {
  let standing: Standing = { is: "moving" };
  let ended = false;
  const under = new Set<AbortController>();
  const sleeping: (() => void)[] = [];

  const stand = (next: Standing) => {
    standing = next;
    onStanding(next);
  };
  /** Those who wait try now, such as when the browser is online again. */
  const wake = () => {
    for (const go of sleeping.splice(0)) go();
  };
  const held = () => standing.is === "paused" || standing.is === "stopped";
  const abort = () => {
    for (const one of under) one.abort();
  };

  const until = (ms?: number) =>
    new Promise<void>((go) => {
      const timer = ms === undefined ? undefined : setTimeout(go, ms);
      sleeping.push(() => {
        clearTimeout(timer);
        go();
      });
    });

  return {
    wake,
    standing: () => standing,
    pause() {
      if (standing.is !== "stopped") stand({ is: "paused" });
      abort();
    },
    resume() {
      stand({ is: "moving" });
      wake();
    },
    end() {
      ended = true;
      abort();
      wake();
    },
    /** Asks until there is an answer. Throws Ended, and what `verdictOf` gives up at. */
    async ask<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
      for (let tries = 0; ; ) {
        while (held() && !ended) await until();
        if (ended) throw new Ended();
        const here = new AbortController();
        under.add(here);
        try {
          const answer = await within(REQUEST_MS, request, here.signal);
          if (ended) throw new Ended();
          if (standing.is === "offline") stand({ is: "moving" });
          return answer;
        } catch (error) {
          if (ended) throw new Ended();
          // A pause came in between: that says nothing about the request.
          if (here.signal.aborted) continue;
          const verdict = verdictOf(error);
          if (verdict === "fail") throw error;
          if (verdict === "stop") {
            if (!held()) stand({ is: "stopped", failure: error });
            continue;
          }
          tries += 1;
          if (verdict === "away" && !held()) stand({ is: "offline" });
        } finally {
          under.delete(here);
        }
        await until(backoff(tries));
      }
    },
  };
}

export type Course = ReturnType<typeof createCourse>;
