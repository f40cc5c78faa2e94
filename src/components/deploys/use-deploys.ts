import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import type { DeploySettings } from "#contracts/git";
import { useDeployStep } from "../live/use-live";

/** What was seen of a repository longer ago is looked at again when the page is opened, ms. */
const OLD = 5 * 60_000;
/** Steps are told live; this is for when the live connection is not there, ms. While a deploy is under way, and otherwise. */
const SOON = 2_000;
const LATER = 30_000;

/** Its deploys, newest first, and the one that is under way. */
export function useDeploys(botId: string, allowed: boolean) {
  const queries = useQueryClient();
  const step = useDeployStep(botId);
  useEffect(() => {
    if (step) void queries.invalidateQueries({ queryKey: keys.deploys(botId) });
  }, [step, botId, queries]);
  const query = useQuery({
    queryKey: keys.deploys(botId),
    queryFn: async () => (await client.deploys.list({ botId })).deploys,
    enabled: allowed,
    refetchInterval: ({ state }) => (state.data?.some(({ endedAt }) => endedAt === undefined) ? SOON : LATER),
  });
  const under = query.data?.filter(({ endedAt }) => endedAt === undefined) ?? [];
  // One may wait behind the one that is being made: the older is what happens now.
  return { deploys: query.data, failure: query.error, running: under.at(-1) };
}

/** Where a bot stands. `ended`: how many deploys have ended, after each of which it stands elsewhere. */
export const useDeployState = (botId: string, allowed: boolean, ended: number) =>
  useQuery({
    queryKey: [...keys.deployState(botId), ended],
    queryFn: () => client.deploys.state({ botId }),
    enabled: allowed,
    placeholderData: (before) => before,
  });

/** How it is deployed. */
export const useDeploySetup = (botId: string, allowed: boolean) =>
  useQuery({ queryKey: keys.deploySetup(botId), queryFn: () => client.deploys.setup({ botId }), enabled: allowed });

/** Changes some of how it is deployed. That is saved whole, so what somebody else (or the card beside) has set since is read first. */
export async function configure(botId: string, part: Partial<DeploySettings>): Promise<void> {
  const { settings } = await client.deploys.setup({ botId });
  await client.deploys.configure({ botId, settings: { ...settings, ...part } });
}

/** Makes all that is known of a bot's deploys old. */
export function useRefresh(botId: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [keys.deploys(botId), keys.deployState(botId), keys.deploySetup(botId)].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}

/** Looks what is new when the page is opened, unless somebody just did. Whoever asks by the button is told why it failed. */
export function useFirstLook(
  botId: string,
  fetchedAt: number | undefined,
  known: boolean,
  refresh: () => Promise<unknown>,
): void {
  const done = useRef(false);
  useEffect(() => {
    if (!known || done.current) return;
    done.current = true;
    if (fetchedAt === undefined || Date.now() - fetchedAt > OLD)
      client.deploys.check({ botId }).then(refresh, () => undefined);
  }, [botId, fetchedAt, known, refresh]);
}
