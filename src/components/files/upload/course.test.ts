import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FailureError, failureOf } from "#client/failure";
import { createCourse, Ended, type Standing } from "./course";
import { createSlots } from "./slots";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const refusal = (code: string) => new FailureError(failureOf(code, {}));

function opened() {
  const heard: Standing["is"][] = [];
  return { heard, course: createCourse(({ is }) => heard.push(is)) };
}

/** A request that fails with each of these in turn and then answers. */
const failing = (...errors: unknown[]) =>
  vi.fn(async () => {
    const [error] = errors.splice(0, 1);
    if (error !== undefined) throw error;
    return "here";
  });

test("a lost connection is waited for, and a wake tries at once", async () => {
  const { course, heard } = opened();
  const request = failing(new TypeError("away"), refusal("worker_away"), refusal("too_many_tries"));
  const answer = course.ask(request);
  await vi.advanceTimersByTimeAsync(999);
  expect(request).toHaveBeenCalledTimes(1);
  course.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(request).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await answer).toBe("here");
  expect(heard).toEqual(["offline", "offline", "moving"]);
});

test("a pause breaks off what is under way and holds all, also what is asked later", async () => {
  const { course, heard } = opened();
  const request = vi.fn(
    (signal: AbortSignal) =>
      new Promise<string>((answer, refuse) => {
        signal.addEventListener("abort", () => refuse(signal.reason));
        if (request.mock.calls.length > 1) answer("here");
      }),
  );
  const first = course.ask(request);
  await vi.advanceTimersByTimeAsync(0);
  course.pause();
  const second = course.ask(request);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(request).toHaveBeenCalledTimes(1);
  course.resume();
  expect(await Promise.all([first, second])).toEqual(["here", "here"]);
  expect(heard).toEqual(["paused", "moving"]);
});

test("a request that nobody answers is broken off after two minutes and made again", async () => {
  const { course, heard } = opened();
  const request = vi.fn(
    (signal: AbortSignal) =>
      new Promise<string>((answer, refuse) => {
        signal.addEventListener("abort", () => refuse(signal.reason));
        if (request.mock.calls.length > 1) answer("here");
      }),
  );
  const answer = course.ask(request);
  await vi.advanceTimersByTimeAsync(119_999);
  expect(request).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await answer).toBe("here");
  expect(heard).toEqual(["offline", "moving"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("what a person must put right holds it until they say that they did", async () => {
  const { course, heard } = opened();
  const request = failing(refusal("files_over_quota"));
  const answer = course.ask(request);
  await vi.advanceTimersByTimeAsync(100_000);
  expect([request.mock.calls.length, course.standing().is]).toEqual([1, "stopped"]);
  course.resume();
  expect(await answer).toBe("here");
  expect(heard).toEqual(["stopped", "moving"]);
});

test("what cannot be mended is thrown, and whoever asks after the end is told so", async () => {
  const { course } = opened();
  await expect(course.ask(failing(refusal("path_unsafe")))).rejects.toMatchObject({ failure: { code: "path_unsafe" } });
  course.pause();
  const held = course.ask(failing());
  course.end();
  await expect(held).rejects.toBeInstanceOf(Ended);
  await expect(course.ask(failing())).rejects.toBeInstanceOf(Ended);
});

test("slots let in as many as there are, in the order of coming", async () => {
  const slots = createSlots(2);
  const came: number[] = [];
  const enter = async (number: number) => {
    const leave = await slots.enter();
    came.push(number);
    return leave;
  };
  const [one] = await Promise.all([enter(1), enter(2)]);
  const three = enter(3);
  const four = enter(4);
  await vi.advanceTimersByTimeAsync(0);
  expect(came).toEqual([1, 2]);
  one?.();
  (await three)();
  await four;
  expect(came).toEqual([1, 2, 3, 4]);
});
