import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { client } from "#client/api";
import { botChanged, keys } from "#client/queries";
import type { envView } from "#contracts/api/env";

/** A variable as people see it. */
export type Variable = z.infer<typeof envView>;

/** A bot's variables, and the changes one can make; each is read back from the panel. */
export function useVariables(botId: string, initial: readonly Variable[]) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: keys.env(botId),
    queryFn: async () => (await client.env.list({ botId })).variables,
    initialData: [...initial],
  });
  const changed = async () => {
    await queries.invalidateQueries({ queryKey: keys.env(botId) });
    // The bot's own view says whether it has a token.
    void botChanged(queries, botId);
  };
  return {
    variables: query.data,
    /** Reads them again after a change that was made elsewhere. */
    changed,
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
