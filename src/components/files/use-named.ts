import { useEffect, useState } from "react";
import { client } from "#client/api";
import type { FileNames } from "#contracts/file-search";
import { turns } from "./turns";

type Named = FileNames["names"][number];

/** What was typed is asked for so long after the last letter, ms. */
const REST_MS = 150;

/** Files of a bot by some letters of their path, best first; more come as the search goes on. `names`: null until the first are here. */
export function useNamed(botId: string, typed: string, limit: number) {
  const [found, setFound] = useState<{ typed: string; names: readonly Named[]; done: boolean } | null>(null);
  useEffect(() => {
    if (typed === "") return;
    const stop = new AbortController();
    const ask = (place: { from?: string }) => client.files.find({ botId, text: typed, limit, ...place });
    const look = async () => {
      let names: readonly Named[] = [];
      for await (const answer of turns(ask, stop.signal)) {
        names = [...names, ...answer.names].sort((one, other) => other.score - one.score).slice(0, limit);
        setFound({ typed, names, done: answer.next === null });
      }
    };
    // Who gets no answer still has the files of the folders that were looked at.
    const timer = setTimeout(() => void look().catch(() => {}), REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [botId, typed, limit]);
  const now = found?.typed === typed ? found : null;
  return { names: now?.names ?? null, done: now?.done ?? false };
}
