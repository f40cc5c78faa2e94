import { useEffect, useMemo } from "react";
import type { useBots } from "#client/queries";
import { useLive } from "../live/provider";

/** Those that the other does not have, as one text: the same ones are asked about once. */
const missing = (ours: { keys(): Iterable<string> }, theirs: { has(botId: string): boolean }): string =>
  [...ours.keys()].filter((botId) => !theirs.has(botId)).join();

/** Asks about bots of which only the list knows, or only the live connection: they were made between the one and the other. */
export function useUnlisted(query: ReturnType<typeof useBots>, live: ReadonlyMap<string, unknown>): void {
  const { data, refetch, isFetchedAfterMount } = query;
  const connection = useLive();
  const listed = useMemo(() => new Set(data?.bots.map(({ id }) => id)), [data]);
  const unlisted = data ? missing(live, listed) : "";
  useEffect(() => {
    if (unlisted) void refetch();
  }, [unlisted, refetch]);
  // The page's own list is older than the ticket; one read since may name bots that the ticket does not.
  const untold = isFetchedAfterMount ? missing(listed, live) : "";
  useEffect(() => {
    if (untold) void connection?.renew().catch(() => {});
  }, [untold, connection]);
}
