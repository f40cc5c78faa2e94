import { expect, it } from "vitest";
import { createFakeClock } from "./fakes";
import { createTurns } from "./turns";

const never = new AbortController().signal;
const flush = () => new Promise((done) => setImmediate(done));

function stage(options: { atOnce: number; apart: number }) {
  const clock = createFakeClock();
  const turns = createTurns(clock, options);
  const order: string[] = [];
  const ask = (name: string, over: { key?: string; first?: boolean; signal?: AbortSignal } = {}) => {
    const turn = turns.take({ first: false, signal: never, ...over });
    void turn.then((given) => order.push(given ? name : `${name} called off`));
    return turn;
  };
  return { clock, order, ask };
}

it("lets so many go at once, and the next when one gives back, once", async () => {
  const { order, ask } = stage({ atOnce: 2, apart: 0 });
  const first = ask("a");
  for (const name of ["b", "c", "d"]) ask(name);
  await flush();
  expect(order).toEqual(["a", "b"]);
  const back = await first;
  back?.back();
  back?.back();
  await flush();
  expect(order).toEqual(["a", "b", "c"]);
});

it("lets people go before what starts by itself", async () => {
  const { order, ask } = stage({ atOnce: 1, apart: 0 });
  const holder = ask("holder");
  ask("crash");
  ask("person", { first: true });
  await flush();
  (await holder)?.back();
  await flush();
  expect(order).toEqual(["holder", "person"]);
});

it("keeps two of one key apart from what really happened, and lets others pass them", async () => {
  const { clock, order, ask } = stage({ atOnce: 9, apart: 5_000 });
  const [a1, a2] = ["a1", "a2", "a3"].map((name) => ask(name, { key: "a" }));
  ask("b1", { key: "b" });
  ask("none");
  await flush();
  expect(order).toEqual(["a1", "b1", "none"]);
  // The first is slow: as long as it has not happened, nobody's gap begins.
  clock.advance(60_000);
  await flush();
  expect(order.length).toBe(3);
  (await a1)?.begun();
  clock.advance(4_999);
  await flush();
  expect(order.length).toBe(3);
  clock.advance(1);
  await flush();
  expect(order.slice(3)).toEqual(["a2"]);
  // Called off before it happened: no gap is due for nothing.
  (await a2)?.back();
  await flush();
  expect(order.slice(3)).toEqual(["a2", "a3"]);
});

it("is called off by its signal, waiting or not yet", async () => {
  const { order, ask } = stage({ atOnce: 1, apart: 0 });
  const holder = ask("holder");
  const stop = new AbortController();
  ask("waiting", { signal: stop.signal });
  stop.abort();
  ask("late", { signal: stop.signal });
  ask("next");
  await flush();
  (await holder)?.back();
  await flush();
  expect(order).toEqual(["holder", "waiting called off", "late called off", "next"]);
});
