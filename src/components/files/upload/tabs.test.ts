import { afterEach, expect, test } from "vitest";
import { openTabs } from "./tabs";

const open: ReturnType<typeof openTabs>[] = [];
const tab = (...ids: readonly string[]) => {
  const opened = openTabs(() => ids);
  open.push(opened);
  return opened;
};
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

test("a tab hears what all others are sending, and not what it sends itself", async () => {
  const [mine] = [tab("a"), tab("b", "c"), tab(), tab("d")];
  expect([...((await mine?.others()) ?? [])].toSorted()).toEqual(["b", "c", "d"]);
});

test("one that is alone hears of nothing, and so does one whose other was closed", async () => {
  const mine = tab("a");
  expect([...(await mine.others())]).toEqual([]);
  const other = tab("b");
  other.close();
  expect([...(await mine.others())]).toEqual([]);
});
