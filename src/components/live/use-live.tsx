"use client";

import { useEffect, useSyncExternalStore } from "react";
import { type Cell, cell } from "#client/live/cell";
import type { Connection } from "#client/live/connection";
import { useBotView } from "#client/queries";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";
import type { Deploy } from "#contracts/deploy";
import type { Topic } from "#contracts/events";
import type { HostSample } from "#contracts/host";
import { useConnection, useLive } from "./provider";

const noBot = cell<BotLive | null>(null);
const noDeploy = cell<Deploy | null>(null);
const noFleet = cell<ReadonlyMap<string, BotLive>>(new Map());
const noHost = cell<readonly HostSample[]>([]);
const noRoster = cell(0);

/** Reads a cell and follows it. The server renders what `fallback` holds. */
export const useCell = <T,>(held: Cell<T>, fallback: Cell<T> = held): T =>
  useSyncExternalStore(held.subscribe, held.get, fallback.get);

/** Watches a topic as long as the component is there. */
export function useTopic(topic: Topic): void {
  const live = useLive();
  useEffect(() => live?.watch(topic), [live, topic]);
}

/**
 * One bot's present: what the worker says now, else (before the first answer) what the page brought. Null when nobody
 * can know it, because the live connection is lost.
 */
export function useBotLive(botId: string, brought: BotLive | null = null): BotLive | null {
  const now = useCell(useLive()?.store.bot(botId) ?? noBot, noBot);
  const connection = useConnection();
  if (connection.state === "lost" && connection.cause !== "unknown") return null;
  return now ?? brought;
}

/** A bot as its page needs it: definition, present, connection. Watches the bot. `initial`: what the page already read. */
export function useBot(
  botId: string,
  initial?: BotView,
): { view: BotView | undefined; live: BotLive | null; connection: Connection; failure: unknown } {
  useTopic(`bot:${botId}`);
  const query = useBotView(botId, initial);
  const live = useBotLive(botId, query.data?.live ?? null);
  return { view: query.data, live, connection: useConnection(), failure: query.error };
}

/** The last step of a deploy of one bot that was told; null before the first. */
export const useDeployStep = (botId: string): Deploy | null =>
  useCell(useLive()?.store.deploy(botId) ?? noDeploy, noDeploy);

/** Every bot's present, refreshed at most four times a second, and a number that rises when a bot comes or goes. Watches the fleet. */
export function useFleetLive(): { live: ReadonlyMap<string, BotLive>; roster: number } {
  useTopic("fleet");
  const store = useLive()?.store;
  return { live: useCell(store?.fleet ?? noFleet, noFleet), roster: useCell(store?.roster ?? noRoster, noRoster) };
}

/** The machine's last samples, oldest first. Watches the host. */
export function useHost(): readonly HostSample[] {
  useTopic("host");
  return useCell(useLive()?.store.host ?? noHost, noHost);
}
