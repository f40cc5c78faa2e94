import { useEffect, useState } from "react";
import { client } from "#client/api";

const ASK_EVERY = 700;
/** Characters of a log that are shown: the newest. */
const SHOWN = 200_000;

/** A deploy's log from its beginning, followed until nothing more comes. */
export function useDeployLog(botId: string, number: number): { text: string; failure: unknown } {
  const [log, setLog] = useState<{ text: string; failure: unknown }>({ text: "", failure: null });
  useEffect(() => {
    const stop = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = async (after: number) => {
      try {
        const { text, end, ended } = await client.deploys.log({ botId, number, after }, { signal: stop.signal });
        if (stop.signal.aborted) return;
        if (text !== "") setLog((before) => ({ text: (before.text + text).slice(-SHOWN), failure: null }));
        if (!ended) again = setTimeout(read, end > after ? 0 : ASK_EVERY, end);
      } catch (failure) {
        if (stop.signal.aborted) return;
        setLog((before) => ({ ...before, failure }));
        again = setTimeout(read, 3 * ASK_EVERY, after);
      }
    };
    setLog({ text: "", failure: null });
    void read(0);
    return () => {
      stop.abort();
      clearTimeout(again);
    };
  }, [botId, number]);
  return log;
}
