import { expect, test } from "vitest";
import { AppError, errorTable, fill } from "./errors";
import { canRun, type ProcessState, transitions } from "./process";
import { reasonTable, sayReason } from "./reason";
import error from "./words/en/error.json";
import reason from "./words/en/reason.json";

const states = Object.keys(transitions) as ProcessState[];

test("from every state there is a way to stopped and to running", () => {
  for (const goal of ["stopped", "running"] as const)
    for (const from of states) {
      const reached = new Set<ProcessState>([from]);
      for (const state of reached) for (const next of transitions[state]) reached.add(next);
      expect(reached).toContain(goal);
    }
});

test("in every state some command makes sense, and kill only where something may live", () => {
  for (const state of states)
    expect((["start", "stop", "restart", "kill"] as const).some((command) => canRun(command, state))).toBe(true);
  expect(states.filter((state) => canRun("kill", state))).toEqual(["starting", "running", "stopping"]);
});

test("every code has words and every word has a code", () => {
  expect(Object.keys(error).sort()).toEqual(Object.keys(errorTable).sort());
  expect(Object.keys(reason).sort()).toEqual(Object.keys(reasonTable).sort());
});

test("a sentence is filled and nothing in a value is interpreted", () => {
  expect(new AppError("bot_name_taken", { name: "{constructor} <b>" }).message).toContain("{constructor} <b>");
  expect(fill("{constructor} {__proto__} {a}", { a: 1 })).toBe("{constructor} {__proto__} 1");
  expect(sayReason({ code: "exited", values: { code: 7 } })).toBe("Ended by itself with exit code 7.");
});
