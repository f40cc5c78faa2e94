"use client";

import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import type { Deploy } from "#contracts/deploy";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import type { Help } from "./help";
import { HistoryRow } from "./history-row";

/** Every deploy that has ended, newest first. */
export function History({
  deploys,
  failure,
  mayRedeploy,
  onRedeploy,
  onHelp,
}: {
  deploys: readonly Deploy[] | undefined;
  failure: unknown;
  mayRedeploy: boolean;
  onRedeploy: (number: number) => Promise<unknown>;
  onHelp: (help: Help) => void;
}) {
  const t = useTranslations("deploys.history");
  const say = useFailureText();
  const past = deploys?.filter(({ endedAt }) => endedAt !== undefined);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{t("title")}</h3>
      {past === undefined ? (
        failure ? (
          <EmptyState role="alert" title={say(failure)} />
        ) : (
          <Skeleton className="h-24" />
        )
      ) : past.length === 0 ? (
        <EmptyState title={t("empty")} description={t("emptyHint")} />
      ) : (
        <ol className="flex flex-col">
          {past.map((deploy, index) => (
            <HistoryRow
              key={deploy.number}
              deploy={deploy}
              newest={index === 0}
              onRedeploy={mayRedeploy ? () => onRedeploy(deploy.number) : null}
              onHelp={onHelp}
            />
          ))}
        </ol>
      )}
    </section>
  );
}
