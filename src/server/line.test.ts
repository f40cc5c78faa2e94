import { expect, test } from "vitest";
import { openLine } from "./line";

test("so many of a key at once and waiting, in their order, and whoever has gone makes way", async () => {
  const inLine = openLine({ atOnce: 2, waiting: 2 });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const come = (name: string, key = "otto", gone?: AbortSignal) =>
    inLine(
      key,
      () => {
        begun.push(name);
        return new Promise<string>((resolve) => ends.push(() => resolve(name)));
      },
      gone,
    );
  const cut = new AbortController();
  const [one] = [come("one"), come("two")];
  const three = come("three", "otto", cut.signal);
  const four = come("four");
  await expect(come("five")).rejects.toMatchObject({ code: "too_many_requests", values: { seconds: 2 } });
  void come("other", "mia");
  await Promise.resolve();
  expect(begun).toEqual(["one", "two", "other"]);
  cut.abort();
  await expect(three).rejects.toMatchObject({ code: "cancelled" });
  ends[0]?.();
  expect(await one).toBe("one");
  await expect.poll(() => begun).toEqual(["one", "two", "other", "four"]);
  for (const end of ends) end();
  expect(await four).toBe("four");
  await expect(come("late", "otto", cut.signal)).rejects.toMatchObject({ code: "cancelled" });
});

test("work that fails leaves its place", async () => {
  const inLine = openLine({ atOnce: 1, waiting: 1 });
  const first = inLine("otto", () => Promise.reject(new Error("broken")));
  const second = inLine("otto", async () => "done");
  await expect(first).rejects.toThrow("broken");
  expect(await second).toBe("done");
});
