import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import type { BotRun } from "#contracts/bot";
import type { Entry } from "./activity-panel";

/** As many as the page brought. */
const FIRST = 30;

/** The newest entries and runs, read again whenever the bot's state changes under the viewer's eyes. */
export function useHistory(
  botId: string,
  brought: { first: { entries: Entry[] }; runs: BotRun[] | null; state: string | undefined },
): { newest: readonly Entry[]; lives: readonly BotRun[] | null } {
  const queries = useQueryClient();
  const entries = useQuery({
    queryKey: keys.activity(botId),
    queryFn: async () => (await client.bots.activity({ botId, limit: FIRST })).entries,
    initialData: brought.first.entries,
  });
  const runs = useQuery<BotRun[] | null>({
    queryKey: keys.runs(botId),
    queryFn: async () => (await client.bots.runs({ botId, limit: FIRST })).runs,
    initialData: brought.runs,
  });
  const seen = useRef(brought.state);
  useEffect(() => {
    if (seen.current === brought.state) return;
    seen.current = brought.state;
    void queries.invalidateQueries({ queryKey: keys.activity(botId) });
    void queries.invalidateQueries({ queryKey: keys.runs(botId) });
  }, [brought.state, botId, queries]);
  return { newest: entries.data, lives: runs.data };
}
