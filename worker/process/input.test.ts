import { afterEach, beforeEach, expect, test } from "vitest";
import { bot, createStage, type Stage, soon } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

test.each([["echo.mjs"], ["echo.py"]])(
  "%s hears what is typed, over the death of workers, and never an end",
  async (file) => {
    const live = await stage.launch(bot(file));
    await live.send("one\n");
    await soon(async () => expect(await stage.output()).toContain("heard one"));
    for (const word of ["two", "grün ✓"]) {
      stage.nextWorker();
      await (await stage.alive()).send(`${word}\n`);
      await soon(async () => expect(await stage.output()).toContain(`heard ${word}`));
    }
    expect(await stage.output()).not.toContain("end of input");
  },
);

test("a text longer than a pipe takes at once arrives whole", async () => {
  const live = await stage.launch(bot("echo.py"));
  const long = "x".repeat(150_000);
  await live.send(`${long}\n`);
  await soon(async () => expect(await stage.output()).toBe(`ready\nheard ${long}\n`));
  await live.send("next\n");
  await soon(async () => expect(await stage.output()).toContain("heard next"));
});

test("a bot that never reads takes 64 KB, then nothing is sent and that is said", async () => {
  const live = await stage.launch(bot("never-reads.py"));
  let taken = 0;
  const fill = async () => {
    for (; taken <= 70_000; taken += 4_096) await live.send("y".repeat(4_096));
  };
  await expect(fill()).rejects.toMatchObject({ code: "input_not_read" });
  expect(taken).toBe(65_536);
  await expect(live.send("more\n")).rejects.toMatchObject({ code: "input_not_read" });
});

test("a bot that closed its input is said not to read it", async () => {
  const live = await stage.launch(bot("closes-stdout.py"));
  await soon(() => expect(live.send("x\n")).rejects.toMatchObject({ code: "input_not_read" }));
});

test("a bot that is gone takes nothing", async () => {
  const live = await stage.processes.launch(stage.spec(bot("exits-0.mjs")));
  await live.exited;
  await expect(live.send("x\n")).rejects.toMatchObject({ code: "bot_not_running" });
});
