import { expect, test } from "vitest";
import { attacks, type Ground, orders, parts, sayAttack, visits } from "../../chaos/plan";

const ground: Ground = { bots: 16, flooders: 2, slots: 3, disk: true };
const take = <T>(from: Iterator<T>, count: number): T[] => Array.from({ length: count }, () => from.next().value);

test("a seed decides every step, and another one decides otherwise", () => {
  for (const choose of [
    attacks,
    (seed: number) => orders(seed, 1, ground),
    (seed: number) => visits(seed, 1, ground),
  ]) {
    const once = take<unknown>(choose(7, ground), 200);
    expect(take<unknown>(choose(7, ground), 200)).toEqual(once);
    expect(take<unknown>(choose(8, ground), 200)).not.toEqual(once);
  }
  expect(take(orders(7, 0, ground), 50)).not.toEqual(take(orders(7, 1, ground), 50));
});

test("every kind of attack comes, on every part, and each can be said", () => {
  const steps = take(attacks(1, ground), 2_000);
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(["kill", "kill-bot", "freeze", "fill", "flood"]));
  const killed = steps.flatMap((step) => (step.kind === "kill" ? step.parts : []));
  expect(new Set(killed)).toEqual(new Set(parts));
  expect(steps.some((step) => step.kind === "kill" && step.parts.length === parts.length)).toBe(true);
  expect(steps.some((step) => step.kind === "kill" && step.busy?.command === "restart")).toBe(true);
  for (const step of steps) expect(sayAttack(step, (bot) => `bot ${bot}`)).toMatch(/^(kill|stop|fill|flood)/);
});

test("without a disk of its own none is filled", () => {
  expect(take(attacks(1, { ...ground, disk: false }), 2_000).some(({ kind }) => kind === "fill")).toBe(false);
});
