/*
 * Uploads that another tab of this browser is sending look on the server like those that an earlier page left behind. So a tab asks the
 * others before it offers to go on with one. A channel, and no lock, since pages that are reached by plain http have none of those.
 */

const NAME = "botyard.uploads";
/** The others have so long to answer, ms. A tab that cannot by then sends nothing either. */
const ANSWER_MS = 300;

type Said = { ask: string } | { answer: string; ids: readonly string[] };

/** Tells other tabs what this one is sending, and asks them the same. `sending`: the transfers that this tab has the files of. */
export function openTabs(sending: () => readonly string[]) {
  const channel = new BroadcastChannel(NAME);
  const asking = new Map<string, (ids: readonly string[]) => void>();
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if ("ask" in data) channel.postMessage({ answer: data.ask, ids: sending() } satisfies Said);
    else asking.get(data.answer)?.(data.ids);
  };
  return {
    /** What other tabs are sending. */
    async others(): Promise<ReadonlySet<string>> {
      const all = new Set<string>();
      const question = `${Date.now()} ${Math.random()}`;
      asking.set(question, (ids) => {
        for (const id of ids) all.add(id);
      });
      channel.postMessage({ ask: question } satisfies Said);
      await new Promise((go) => setTimeout(go, ANSWER_MS));
      asking.delete(question);
      return all;
    },
    close: () => channel.close(),
  };
}
