"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { duration, exact } from "#client/format";
import { keys } from "#client/queries";
import { useFailureText, useReasonText } from "#client/words";
import type { BotRun } from "#contracts/bot";
import type { LogCursor } from "#contracts/log";
import { Since, useManner } from "../../live/time";
import { Button } from "../../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Skeleton } from "../../ui/skeleton";
import { endOfRun } from "./places";

/** As many as one answer holds. */
const MOST = 200;

/** Each life of the bot, to jump to or to search in alone. */
export function RunsDialog({
  botId,
  onClose,
  onPlace,
  onRun,
}: {
  botId: string;
  onClose: () => void;
  onPlace: (place: LogCursor) => void;
  onRun: (run: number) => void;
}) {
  const t = useTranslations("logs.runs");
  const say = useFailureText();
  const runs = useQuery({
    queryKey: [...keys.runs(botId), MOST],
    queryFn: async () => (await client.bots.runs({ botId, limit: MOST })).runs,
  });
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="grid-rows-[auto_minmax(0,1fr)] overflow-hidden">
        <DialogHeader>
          <DialogTitle>{t("title")}</DialogTitle>
          <DialogDescription>{t("body")}</DialogDescription>
        </DialogHeader>
        {runs.isPending ? (
          <Skeleton className="h-32" />
        ) : runs.error ? (
          <div className="flex flex-col items-start gap-3">
            <p role="alert" className="text-danger text-sm">
              {say(runs.error)}
            </p>
            <Button size="sm" variant="outline" onClick={() => runs.refetch()}>
              {t("again")}
            </Button>
          </div>
        ) : runs.data.length === 0 ? (
          <p className="text-muted-foreground text-sm">{t("none")}</p>
        ) : (
          <ol aria-label={t("title")} className="-mx-2 min-h-0 overflow-y-auto px-2">
            {runs.data.map((run) => (
              <RunItem
                key={run.run}
                run={run}
                onBegin={() => {
                  onPlace({ run: run.run, offset: 0 });
                  onClose();
                }}
                onEnd={(place) => {
                  onPlace(place);
                  onClose();
                }}
                onOnly={() => {
                  onRun(run.run);
                  onClose();
                }}
              />
            ))}
          </ol>
        )}
      </DialogContent>
    </Dialog>
  );
}

function RunItem({
  run,
  onBegin,
  onEnd,
  onOnly,
}: {
  run: BotRun;
  onBegin: () => void;
  onEnd: (place: LogCursor) => void;
  onOnly: () => void;
}) {
  const t = useTranslations("logs.runs");
  const sayFailure = useFailureText();
  const say = useReasonText();
  const manner = useManner();
  const [pending, setPending] = useState(false);
  const number = run.run;

  async function goToEnd() {
    setPending(true);
    try {
      const place = await endOfRun(run.botId, number);
      if (place) onEnd(place);
      else toast.info(t("gone", { run: number }));
    } catch (error) {
      toast.error(sayFailure(error));
    } finally {
      setPending(false);
    }
  }
  return (
    <li data-run={number} className="flex flex-col gap-1.5 border-border border-t py-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span className="font-medium">{t("run", { run: number })}</span>
        <span className="text-muted-foreground text-xs tabular-nums">
          {exact(run.startedAt, manner)}
          {" · "}
          {run.endedAt === undefined ? (
            <Since at={run.startedAt} />
          ) : (
            duration(run.endedAt - run.startedAt, manner.locale)
          )}
        </span>
      </div>
      <p className="wrap-anywhere text-muted-foreground text-xs">
        {run.endedAt === undefined ? t("alive") : run.exit ? say(run.exit.reason) : t("unknown")}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="xs" variant="outline" aria-label={t("beginOf", { run: number })} onClick={onBegin}>
          {t("begin")}
        </Button>
        <Button
          size="xs"
          variant="outline"
          pending={pending}
          aria-label={t("endOf", { run: number })}
          onClick={goToEnd}
        >
          {t("end")}
        </Button>
        <Button size="xs" variant="ghost" aria-label={t("onlyOf", { run: number })} onClick={onOnly}>
          {t("only")}
        </Button>
      </div>
    </li>
  );
}
