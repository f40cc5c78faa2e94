import { expect, test } from "vitest";
import { turns } from "./turns";

/** A search of three turns, which notes where it was asked to go on. */
function threeTurns() {
  const asked: (string | undefined)[] = [];
  const ask = async ({ from }: { from?: string }) => {
    asked.push(from);
    return { turn: asked.length, next: asked.length < 3 ? `0.1:${asked.length}` : null };
  };
  return { asked, ask };
}

test("a search is asked on until it has seen everything, from the beginning or from a place", async () => {
  const whole = threeTurns();
  const seen: number[] = [];
  for await (const { turn } of turns(whole.ask, new AbortController().signal)) seen.push(turn);
  expect([seen, whole.asked]).toEqual([
    [1, 2, 3],
    [undefined, "0.1:1", "0.1:2"],
  ]);

  const rest = threeTurns();
  for await (const _ of turns(rest.ask, new AbortController().signal, "7.7:x"));
  expect(rest.asked[0]).toBe("7.7:x");
});

test("who stops is asked nothing more, and hears no answer that comes after", async () => {
  const { asked, ask } = threeTurns();
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const { turn } of turns(ask, stop.signal)) {
    seen.push(turn);
    stop.abort();
  }
  expect([seen, asked]).toEqual([[1], [undefined]]);

  const late = new AbortController();
  const answers = turns(async () => {
    late.abort();
    return { next: null };
  }, late.signal);
  expect(await answers.next()).toMatchObject({ done: true });
});
