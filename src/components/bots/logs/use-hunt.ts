import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "#client/api";
import { readFailure } from "#client/failure";
import { HUNT_PAGE, huntOn, type LogHunt, newHunt, pursue } from "#client/live/log-search";
import type { LogCursor } from "#contracts/log";
import { cursorOf, isSearch, type LogAddress, searchKey, sinceOf } from "./address";

/** When many searches of one person are under way (each letter typed may begin one), the next waits so long, ms. */
const TURN_MS = 700;
const TURNS = 5;

/** What a search has found, and what can be done with it. */
export type Hunt = LogHunt & { failure: unknown; goOn: () => void; cancel: () => void };

/** Searches a bot's whole log for what an address asks; begins anew when that changes. Null when it asks for no hits. */
export function useHunt(botId: string, address: LogAddress, timeZone: string): Hunt | null {
  const wanted = isSearch(address);
  const key = searchKey(address);
  const [found, setFound] = useState<{ key: string; hunt: LogHunt; failure: unknown } | null>(null);
  const stop = useRef<AbortController | null>(null);
  const query = useRef(address);
  query.current = address;

  const hunt = useCallback(
    (from: LogHunt, began: number) => {
      stop.current?.abort();
      const begun = new AbortController();
      stop.current = begun;
      const { signal } = begun;
      const tell = (now: LogHunt, failure: unknown) => setFound({ key: searchKey(query.current), hunt: now, failure });
      tell(from, null);
      const { run } = query.current;
      const conditions = conditionsOf(botId, query.current, began, timeZone);
      const ask = (cursor: LogCursor | undefined) =>
        inTurn(signal, () =>
          client.log.search({ ...conditions, ...(cursor ? { from: cursorOf(cursor) } : {}) }, { signal }),
        );
      void pursue(from, { ask, tell, run, signal });
    },
    [botId, timeZone],
  );

  // "The last hour" ends when the search began, however long it takes.
  const began = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names all that is searched for
  useEffect(() => {
    if (!wanted) return;
    began.current = Date.now();
    hunt(newHunt, began.current);
    return () => stop.current?.abort();
  }, [hunt, key, wanted]);

  const goOn = useCallback(() => {
    if (found) hunt(huntOn(found.hunt), began.current);
  }, [found, hunt]);
  const cancel = useCallback(() => {
    stop.current?.abort();
    setFound((now) => (now?.hunt.state === "hunting" ? { ...now, hunt: { ...now.hunt, state: "cancelled" } } : now));
  }, []);

  if (!wanted) return null;
  const current = found?.key === key ? found : { hunt: newHunt, failure: null };
  return { ...current.hunt, failure: current.failure, goOn, cancel };
}

function conditionsOf(botId: string, address: LogAddress, now: number, timeZone: string) {
  const { text, regex, exact, levels, until } = address;
  return {
    botId,
    text,
    regex: String(regex),
    exact: String(exact),
    levels: levels.length > 0 ? levels.join(",") : undefined,
    since: sinceOf(address, now, timeZone),
    until: until ?? undefined,
    limit: HUNT_PAGE,
  };
}

/** Asks, and asks again a little later when the panel says that too much is asked at once. */
async function inTurn<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || turn >= TURNS || readFailure(error).code !== "too_many_tries") throw error;
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  }
}
