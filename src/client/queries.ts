import {
  MutationCache,
  mutationOptions,
  QueryCache,
  QueryClient,
  queryOptions,
  useMutation,
  useQuery,
} from "@tanstack/react-query";
import type { BotView } from "#contracts/api/bots";
import type { Command } from "#contracts/process";
import { client } from "./api";
import { readFailure } from "./failure";

/** Names under which answers are kept; use them to make an answer stale after a change. */
export const keys = {
  me: ["me"] as const,
  bots: ["bots"] as const,
  bot: (botId: string) => ["bots", botId] as const,
  env: (botId: string) => ["bots", botId, "env"] as const,
  dependencies: (botId: string) => ["bots", botId, "dependencies"] as const,
  dependencyLog: (botId: string, workId: string) => ["bots", botId, "dependencies", "log", workId] as const,
  runs: (botId: string) => ["bots", botId, "runs"] as const,
  /** All that is known of its files, by its beginning. */
  files: (botId: string) => ["bots", botId, "files"] as const,
  usage: (botId: string) => ["bots", botId, "files", "usage"] as const,
  preview: (botId: string, path: string, to: string) => ["bots", botId, "files", "preview", path, to] as const,
  unfinishedUploads: (botId: string) => ["bots", botId, "files", "unfinished"] as const,
  tokens: (botId: string) => ["bots", botId, "files", "tokens"] as const,
  formats: (botId: string) => ["bots", botId, "formats"] as const,
  sftp: ["sftp"] as const,
  trash: (botId: string) => ["bots", botId, "files", "trash"] as const,
  history: (botId: string, path: string) => ["bots", botId, "files", "history", path] as const,
  version: (botId: string, path: string, versionId: string) =>
    ["bots", botId, "files", "history", path, versionId] as const,
  deploys: (botId: string) => ["bots", botId, "deploys", "list"] as const,
  deployState: (botId: string) => ["bots", botId, "deploys", "state"] as const,
  deploySetup: (botId: string) => ["bots", botId, "deploys", "setup"] as const,
  activity: (botId: string) => ["bots", botId, "activity"] as const,
  strays: ["strays"] as const,
  tags: ["tags"] as const,
  templates: ["templates"] as const,
  import: (importId: string) => ["imports", importId] as const,
};

/** Made once for the app. `signedOut` is called when the session is over. */
export function createQueryClient(signedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (readFailure(error).code === "not_signed_in") signedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // A panel on this machine answers without the internet: what the browser knows of being online says nothing.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 10_000,
        // A failure with a code is an answer: asking again would not change it. Nobody answering might.
        retry: (tries, error) => tries < 2 && ["web_away", "worker_away"].includes(readFailure(error).code),
      },
    },
  });
}

/** A bot is another by now than what was read of it, or of the list that it is in: both are read again. */
export const botChanged = (queries: QueryClient, botId: string) =>
  Promise.all([keys.bot(botId), keys.bots].map((queryKey) => queries.invalidateQueries({ queryKey, exact: true })));

/** Takes what a change of a bot was answered with: an answer that was asked for before, and still comes, does not take its place. */
export async function takeBot(queries: QueryClient, view: BotView): Promise<void> {
  await queries.cancelQueries({ queryKey: keys.bot(view.id), exact: true });
  queries.setQueryData(keys.bot(view.id), view);
  void queries.invalidateQueries({ queryKey: keys.bots, exact: true });
}

/** What a page brought is not asked for again, ms. An answer that is kept from before is shown in its place, so it must not be older. */
const BROUGHT_MS = 1_000;

/** Every bot the viewer may see. `initial`: what the page already read. */
export const useBots = (initial?: { bots: BotView[]; workerAway: boolean }) =>
  useQuery({
    queryKey: keys.bots,
    queryFn: () => client.bots.list(),
    initialData: initial,
    staleTime: BROUGHT_MS,
    refetchInterval: 60_000,
  });

/** One bot's definition. `initial`: what the page already read. */
export const useBotView = (botId: string, initial?: BotView) => useQuery(botQuery(botId, initial));

export const botQuery = (botId: string, initial?: BotView) =>
  queryOptions({
    queryKey: keys.bot(botId),
    queryFn: () => client.bots.get({ botId }),
    initialData: initial,
    staleTime: BROUGHT_MS,
  });

/** Types a line into a bot: `await send(text)`. Throws what `readFailure` reads. */
export const useSendInput = (botId: string) => useMutation(typing(botId)).mutateAsync;

/** Lines go one after the other, also when they are typed faster than answered: two requests at once may arrive in either order. */
export const typing = (
  botId: string,
  send: (text: string) => Promise<unknown> = (text) => client.log.send({ botId, text }),
) => mutationOptions({ mutationFn: send, scope: { id: `input/${botId}` } });

/** Tells a bot to start, stop, restart or end at once. */
export const usePower = (botId: string) =>
  useMutation({ mutationFn: (command: Command) => client.bots[command]({ botId }) });
