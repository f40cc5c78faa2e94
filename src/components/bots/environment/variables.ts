import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { client } from "#client/api";
import { keys } from "#client/queries";
import type { envView } from "#contracts/api/bots";
import type { ProcessStatus } from "#contracts/process";

/** A variable as people see it. */
export type Variable = z.infer<typeof envView>;

/** A bot's variables, and the changes one can make; each is read back from the panel. */
export function useVariables(botId: string, initial: readonly Variable[]) {
  const queries = useQueryClient();
  const [changedAt, setChangedAt] = useState(0);
  const query = useQuery({
    queryKey: keys.env(botId),
    queryFn: async () => (await client.env.list({ botId })).variables,
    initialData: [...initial],
  });
  const changed = async () => {
    setChangedAt(Date.now());
    await queries.invalidateQueries({ queryKey: keys.env(botId) });
    // The bot's own view says whether it has a token.
    void queries.invalidateQueries({ queryKey: keys.bot(botId), exact: true });
  };
  return {
    variables: query.data,
    /** The last change that is known: of a variable that is there, or one made here (a removal leaves none). */
    changedAt: Math.max(changedAt, ...query.data.map(({ updatedAt }) => updatedAt)),
    async set(variable: { key: string; value: string; secret?: boolean }) {
      await client.env.set({ botId, ...variable });
      await changed();
    },
    async unset(key: string) {
      await client.env.unset({ botId, key });
      await changed();
    },
  };
}

/** Whether a running bot was started before a change, so that it still has the old values. */
export function startedBefore(status: ProcessStatus | null, changedAt: number): boolean {
  return (status?.state === "running" || status?.state === "starting") && status.since < changedAt;
}
