import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import type { BotView } from "#contracts/api/bots";
import { botQuery, createQueryClient, keys, takeBot, typing } from "./queries";

const panel = vi.hoisted(() => ({ get: vi.fn() }));
vi.mock("./api", () => ({ client: { bots: panel } }));

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

test("what a change was answered with stays, although what was read before it comes later", async () => {
  const queries = createQueryClient(() => {});
  const view = (name: string) => ({ id: "abcdefghij", name }) as BotView;
  const queryKey = keys.bot("abcdefghij");
  queries.setQueryData(queryKey, view("before"));
  queries.setQueryData(keys.bots, { bots: [view("before")] });
  let answer = (_: BotView) => {};
  const early = queries
    .fetchQuery({ queryKey, staleTime: 0, queryFn: () => new Promise<BotView>((give) => (answer = give)) })
    .catch(() => {});
  await takeBot(queries, view("after"));
  answer(view("before"));
  await early;
  expect(queries.getQueryData(queryKey)).toEqual(view("after"));
  // The list has it by its old name, and is read again by whoever shows it next.
  expect(queries.getQueryState(keys.bots)?.isInvalidated).toBe(true);
});

test("what a page brought is not asked for again; an older answer that is kept in its place is", async () => {
  const queries = createQueryClient(() => {});
  const view = (name: string) => ({ id: "abcdefghij", name }) as BotView;
  const open = () => new QueryObserver(queries, botQuery("abcdefghij", view("brought"))).subscribe(() => {});
  panel.get.mockResolvedValue(view("asked for"));
  open()();
  expect(panel.get).not.toHaveBeenCalled();

  queries.setQueryData(keys.bot("abcdefghij"), view("before"), { updatedAt: Date.now() - 5_000 });
  const leave = open();
  await vi.waitFor(() => expect(queries.getQueryData(keys.bot("abcdefghij"))).toEqual(view("asked for")));
  leave();
});
