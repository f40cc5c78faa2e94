"use client";

import { useTranslations } from "next-intl";
import { FailureError, failureOf } from "#client/failure";
import { useFailureText } from "#client/words";
import type { DeployStatus } from "#contracts/deploy";
import { Badge, type BadgeProps } from "../ui/badge";

const looks = {
  running: "changing",
  done: "running",
  failed: "danger",
  rolledBack: "danger",
  cancelled: "asleep",
  interrupted: "waiting",
} as const satisfies Record<DeployStatus["state"], BadgeProps["variant"]>;

/** How a deploy ended, in one word. */
export function OutcomeBadge({ state }: { state: DeployStatus["state"] }) {
  const t = useTranslations("deploys.outcome");
  return <Badge variant={looks[state]}>{t(state)}</Badge>;
}

/** How it ended and why, in a sentence, and what was in the way. */
export function OutcomeText({ status }: { status: DeployStatus }) {
  const t = useTranslations("deploys");
  const say = useFailureText();
  if (status.state === "running") return null;
  if (status.state === "done") return <p>{t("say.done", { bot: status.bot, files: status.files })}</p>;
  if (status.state !== "failed" && status.state !== "rolledBack") return <p>{t(`say.${status.state}`)}</p>;
  const conflicts = status.state === "failed" ? (status.conflicts ?? []) : [];
  return (
    <>
      <p className="wrap-anywhere">{say(new FailureError(failureOf(status.code, status.values)))}</p>
      {conflicts.length > 0 ? (
        <ul aria-label={t("say.conflicts")} className="flex flex-col gap-1 text-xs">
          {conflicts.map(({ path, why }) => (
            <li key={path} className="wrap-anywhere">
              <code className="font-mono">{path}</code> <span className="text-muted-foreground">{t(`why.${why}`)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
