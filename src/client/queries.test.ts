import { MutationObserver, onlineManager } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { createQueryClient, typing } from "./queries";

afterEach(() => onlineManager.setOnline(true));

test("typed lines go one after the other, also past one that is refused, and without the internet", async () => {
  onlineManager.setOnline(false);
  const asked: string[] = [];
  const answers = new Map<string, () => void>();
  const send = (text: string) =>
    new Promise<void>((answer, refuse) => {
      asked.push(text);
      answers.set(text, () => (text === "no" ? refuse(new Error("no")) : answer()));
    });
  const observer = new MutationObserver(
    createQueryClient(() => {}),
    typing("abcdefghij", send),
  );
  const sent = ["one", "no", "three"].map((text) =>
    observer.mutate(text).then(
      () => "sent",
      () => "refused",
    ),
  );

  for (const text of ["one", "no", "three"]) {
    await vi.waitFor(() => expect(asked.at(-1)).toBe(text));
    answers.get(text)?.();
  }
  expect(await Promise.all(sent)).toEqual(["sent", "refused", "sent"]);
  expect(asked).toEqual(["one", "no", "three"]);
});
