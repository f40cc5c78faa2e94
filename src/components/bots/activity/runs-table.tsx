"use client";

import { useTranslations } from "next-intl";
import { duration } from "#client/format";
import { useReasonText } from "#client/words";
import type { BotRun } from "#contracts/bot";
import { Ago, Since, useManner } from "../../live/time";
import { EmptyState } from "../../ui/empty-state";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "../../ui/table";

/** Each life of a bot, newest first. */
export function RunsTable({ runs }: { runs: readonly BotRun[] | null }) {
  const t = useTranslations("activity");
  const say = useReasonText();
  const { locale } = useManner();
  return (
    <section className="flex min-w-0 flex-col gap-4">
      <div>
        <h2 className="font-semibold text-lg">{t("runs")}</h2>
        <p className="text-muted-foreground text-sm">{t("runsIntro")}</p>
      </div>
      {!runs?.length ? (
        <EmptyState title={t(runs ? "runsEmpty" : "runsAway")} />
      ) : (
        <div className="overflow-hidden rounded-xl border border-border bg-card">
          <Table>
            <TableHeader>
              <TableRow>
                <TableHead scope="col">{t("run")}</TableHead>
                <TableHead scope="col">{t("started")}</TableHead>
                <TableHead scope="col" className="max-sm:hidden">
                  {t("lasted")}
                </TableHead>
                <TableHead scope="col">{t("why")}</TableHead>
              </TableRow>
            </TableHeader>
            <TableBody>
              {runs.map((run) => (
                <TableRow key={run.run} data-run={run.run}>
                  <TableCell className="align-top tabular-nums">{run.run}</TableCell>
                  <TableCell className="whitespace-nowrap align-top">
                    <Ago at={run.startedAt} />
                    <div className="text-muted-foreground text-xs">{t(`cause.${run.cause}`)}</div>
                  </TableCell>
                  <TableCell className="whitespace-nowrap align-top tabular-nums max-sm:hidden">
                    {run.endedAt === undefined ? (
                      <Since at={run.startedAt} />
                    ) : (
                      duration(run.endedAt - run.startedAt, locale)
                    )}
                  </TableCell>
                  <TableCell className="wrap-anywhere align-top text-muted-foreground">
                    {run.endedAt === undefined ? (
                      <span className="text-running">{t("alive")}</span>
                    ) : run.exit ? (
                      say(run.exit.reason)
                    ) : (
                      t("unknown")
                    )}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </section>
  );
}
