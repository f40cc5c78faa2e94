import { describe, expect, it } from "vitest";
import { beginning, following, type Place } from "./stack";

/** Lines by what they were grouped into: each inner list begins with the line that carries the rest. */
function groups(text: string): string[][] {
  const found: string[][] = [];
  let place: Place | null = null;
  for (const line of text.split("\n")) {
    const next: Place | null = place === null ? null : following(place, line);
    if (next === null) found.push([line]);
    else found.at(-1)?.push(line);
    place = next ?? beginning(line);
  }
  return found;
}
const sizes = (text: string) => groups(text).map((group) => group.length);

describe("stack traces", () => {
  it("of Node, with a cause and the error's own fields", () => {
    const text = `TypeError: Cannot read properties of undefined (reading 'send')
    at Client.<anonymous> (/app/index.js:12:9)
    at async Promise.all (index 0)
    at file:///app/main.mjs:3:1
    ... 4 lines matching cause stack trace ...
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 'ENOENT',
  errno: -2
}
Node.js v20.20.0`;
    expect(sizes(text)).toEqual([9, 1]);
  });

  it("of Java and its kin", () => {
    const text = `java.lang.IllegalStateException: no
\tat bot.Main.run(Main.java:4)
\tat bot.Main.main(Main.java:9)
Caused by: java.io.IOException: gone
\tat bot.Net.read(Net.java:1)
\t... 12 more
Starting over`;
    expect(sizes(text)).toEqual([6, 1]);
  });

  it("of Python, with the error that ends it", () => {
    const text = `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    client.run(token)
    ~~~~~~~~~~^^^^^^^
discord.errors.LoginFailure: Improper token has been passed.
Goodbye`;
    expect(sizes(text)).toEqual([5, 1]);
  });

  it("of Python without its first line belong to the line above", () => {
    expect(
      sizes(`Ignoring exception in on_message\n  File "a.py", line 1, in f\n    g()\nKeyError: 'x'\nnext`),
    ).toEqual([4, 1]);
  });

  it("leave alone what only looks a little like one", () => {
    expect(sizes("Lunch\n  at noon\nSupper\nCaution: hot\n  - indented\n}")).toEqual([1, 1, 1, 1, 1, 1]);
    expect(sizes("Error: x\n    at a (b.js:1:1)\nerror\n    indented")).toEqual([2, 1, 1]);
  });

  it.each([
    ["brackets", ` at ${"(".repeat(1_000_000)}`],
    ["spaces", `${" ".repeat(1_000_000)}x`],
    ["a frame and spaces", ` at f()${" ".repeat(1_000_000)}x`],
    ["digits", ` at f:${"1".repeat(1_000_000)}x`],
    ["a file without end", ` File "${'", line '.repeat(100_000)}`],
  ])("are told from a megabyte of %s without hanging", (_name, line) => {
    expect(following("first", line)).toBeNull();
  });
});
