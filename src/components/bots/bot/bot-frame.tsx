"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { readFailure } from "#client/failure";
import { cell } from "#client/live/cell";
import { keys } from "#client/queries";
import type { BotView } from "#contracts/api/bots";
import { useLive } from "../../live/provider";
import { useBot, useCell } from "../../live/use-live";
import { BotFacts } from "./bot-facts";
import { BotHeader } from "./bot-header";
import { BotRemoved } from "./bot-removed";
import { BotTabs } from "./bot-tabs";
import { ThisBotProvider } from "./this-bot";

const never = cell(0);

/** What every tab of a bot shares: name, state, why, power, facts, tabs; and the bot itself for what stands below. */
export function BotFrame({ initial, children }: { initial: BotView; children: ReactNode }) {
  const { view = initial, live, connection, failure } = useBot(initial.id, initial);

  // A bot came or went somewhere: if it was this one, asking again says so.
  const roster = useCell(useLive()?.store.roster ?? never, never);
  const queries = useQueryClient();
  useEffect(() => {
    if (roster > 0) void queries.invalidateQueries({ queryKey: keys.bot(initial.id), exact: true });
  }, [roster, queries, initial.id]);

  if (failure && readFailure(failure).code === "not_found") return <BotRemoved name={view.name} />;
  return (
    <ThisBotProvider bot={{ view, live, connection }}>
      <div className="flex min-w-0 flex-col gap-4">
        <BotHeader view={view} live={live} />
        <BotFacts live={live} />
        <BotTabs view={view} />
        <div className="min-w-0">{children}</div>
      </div>
    </ThisBotProvider>
  );
}
