"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { duration } from "#client/format";
import type { Deploy } from "#contracts/deploy";
import { Ago, useManner } from "../live/time";
import { Button } from "../ui/button";
import { DeployLog } from "./deploy-log";
import { type Help, helpFor } from "./help";
import { OutcomeBadge, OutcomeText } from "./outcome";

/** One deploy of the past: what it brought, who wanted it, how it ended, and what one can do now. */
export function HistoryRow({
  deploy,
  newest,
  onRedeploy,
  onHelp,
}: {
  deploy: Deploy;
  /** Help is offered for the last one only. */
  newest: boolean;
  /** Null: the viewer may not, or there is nothing to deploy. */
  onRedeploy: (() => Promise<unknown>) | null;
  onHelp: (help: Help) => void;
}) {
  const t = useTranslations("deploys");
  const { locale } = useManner();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const { cause, status, to, startedAt, endedAt } = deploy;
  const help = newest ? helpFor(status) : null;
  return (
    <li className="flex flex-col gap-2 border-border border-b py-4 last:border-b-0" data-deploy={deploy.number}>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-muted-foreground text-sm tabular-nums">{deploy.number}</span>
            <OutcomeBadge state={status.state} />
            <span className="wrap-anywhere min-w-0 font-medium text-sm">
              {to ? to.subject : t("history.toUnknown", { branch: deploy.branch })}
            </span>
          </p>
          <p className="wrap-anywhere text-muted-foreground text-xs">
            {to ? (
              <>
                <code className="font-mono">{to.id.slice(0, 7)}</code> · {to.author} ·{" "}
              </>
            ) : null}
            {t(cause.kind === "webhook" ? "history.webhook" : "history.who", { name: cause.name })} ·{" "}
            <Ago at={startedAt} />
            {endedAt === undefined ? null : ` · ${t("history.took", { time: duration(endedAt - startedAt, locale) })}`}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button variant="ghost" size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? "history.hideLog" : "history.log")}
          </Button>
          {onRedeploy && to ? (
            <Button
              variant="outline"
              size="sm"
              pending={asking}
              onClick={async () => {
                setAsking(true);
                await onRedeploy().finally(() => setAsking(false));
              }}
            >
              {t(asking ? "history.redeploying" : "history.redeploy")}
            </Button>
          ) : null}
        </div>
      </div>
      <div className="flex flex-col gap-2 text-sm">
        <OutcomeText status={status} />
        {help ? (
          <Button variant="outline" size="sm" className="self-start" onClick={() => onHelp(help)}>
            {t(`help.${help}`)}
          </Button>
        ) : null}
      </div>
      {open ? (
        <DeployLog botId={deploy.botId} number={deploy.number} label={t("running.log", { number: deploy.number })} />
      ) : null}
    </li>
  );
}
