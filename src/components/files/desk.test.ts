import { beforeEach, expect, test, vi } from "vitest";
import type { FileContent } from "#contracts/files";
import { Desk } from "./desk";

const panel = vi.hoisted(() => ({ read: vi.fn(), write: vi.fn() }));
vi.mock("#client/api", () => ({ client: { files: panel } }));
beforeEach(() => vi.resetAllMocks());

const content = (text: string): FileContent =>
  ({ path: "index.js", text, etag: `etag of ${text}`, size: text.length }) as FileContent;

/** A file that is open, with an editor that holds `typed`. */
async function openFile(text: string, typed: string) {
  panel.read.mockResolvedValueOnce(content(text));
  const desk = new Desk("abcdefghij");
  desk.show("index.js");
  await vi.waitFor(() => expect(desk.docs.get()[0]?.content?.text).toBe(text));
  const key = desk.docs.get()[0]?.key ?? 0;
  let shown = typed;
  desk.attach(key, {
    take: () => ({ text: shown, settle: () => desk.touched(key, false) }),
    put: (other) => {
      shown = other;
    },
    dispose: () => {},
  });
  desk.touched(key, true);
  return { desk, key, shown: () => shown };
}

test("what was saved stays in the editor, although what was read before comes later", async () => {
  const { desk, key, shown } = await openFile("old", "new");
  let answer = (_: FileContent) => {};
  panel.read.mockReturnValueOnce(
    new Promise<FileContent>((give) => {
      answer = give;
    }),
  );
  const reading = desk.read(key);
  panel.write.mockResolvedValueOnce(content("new"));
  expect(await desk.save(key)).toBe(true);
  // Somebody else wrote it before, which is not what is there now.
  panel.read.mockResolvedValueOnce(content("new"));
  answer(content("older"));
  await reading;
  expect(shown()).toBe("new");
  expect(desk.docs.get()[0]).toMatchObject({ dirty: false, content: { text: "new", etag: "etag of new" } });
});
