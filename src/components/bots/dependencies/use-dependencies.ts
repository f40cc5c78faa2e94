import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import type { DependencyView } from "#contracts/dependencies";

/** While something is under way it is asked how far it is this often, ms. */
const LOOK_MS = 1_000;

/** A bot's dependencies, and what can be done about them; each answers once it is under way. */
export function useDependencies(botId: string, initial: DependencyView) {
  const queries = useQueryClient();
  const queryKey = keys.dependencies(botId);
  const query = useQuery({
    queryKey,
    queryFn: () => client.dependencies.list({ botId }),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.work.state === "running" ? LOOK_MS : false),
  });
  const work = useMutation({
    mutationFn: (ask: () => Promise<unknown>) => ask(),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return {
    view: query.data,
    pending: work.isPending,
    install: (name: string, range: string) =>
      work.mutateAsync(() => client.dependencies.install({ botId, name, range })),
    remove: (name: string) => work.mutateAsync(() => client.dependencies.remove({ botId, name })),
    check: () => work.mutateAsync(() => client.dependencies.check({ botId })),
    cancel: () => work.mutateAsync(() => client.dependencies.cancel({ botId })),
  };
}

/** What a piece of work printed, as it comes. */
export function useWorkLog(botId: string, work: { id: string; running: boolean }): readonly string[] {
  const queryKey = keys.dependencyLog(botId, work.id);
  const queries = useQueryClient();
  const { data, refetch } = useQuery({
    queryKey,
    queryFn: async () => {
      const before = queries.getQueryData<{ lines: readonly string[]; next: number }>(queryKey);
      const { id, lines, next } = await client.dependencies.log({ botId, from: String(before?.next ?? 0) });
      // A newer work has begun its own log meanwhile.
      if (id !== work.id) return { lines: before?.lines ?? [], next: 0, more: false };
      return { lines: [...(before?.lines ?? []), ...lines], next, more: lines.length > 0 };
    },
    refetchInterval: ({ state }) => (work.running || state.data?.more ? LOOK_MS : false),
  });
  // What it printed at its end.
  useEffect(() => {
    if (!work.running) void refetch();
  }, [work.running, refetch]);
  return data?.lines ?? [];
}
