import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";

/** In whose name something is taken of what there is for each: a bot with a key of its own takes nothing of its owner's. */
export const takerOf = (actor: Actor): string => (actor.kind === "bot" ? actor.keyId : actor.userId) ?? actor.kind;

/**
 * Lets each person do only so many of a costly thing at once, so that nobody takes all of it. `enter` answers with what to call when it is over, which may be called twice; `refusal`: what is thrown when they are all
 * under way.
 */
export function atOnce(limit: number, refusal = () => new AppError("too_many_tries", { seconds: 1 })) {
  const under = new Map<string, number>();
  return {
    enter(actor: Actor): () => void {
      const key = takerOf(actor);
      const count = under.get(key) ?? 0;
      if (count >= limit) throw refusal();
      under.set(key, count + 1);
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        const left = (under.get(key) ?? 1) - 1;
        if (left === 0) under.delete(key);
        else under.set(key, left);
      };
    },
  };
}
