"use client";

import { Check, Circle, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "#client/class-names";
import type { Deploy } from "#contracts/deploy";
import { Since } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { CommitLine } from "./commit-line";
import { DeployLog } from "./deploy-log";
import { stepsAt } from "./steps";

const icons = { done: Check, now: LoaderCircle, next: Circle } as const;

/** The deploy that is under way: its steps, its log, and how to end it. */
export function RunningCard({ deploy, onCancel }: { deploy: Deploy; onCancel: (() => Promise<unknown>) | null }) {
  const t = useTranslations("deploys");
  const [cancelling, setCancelling] = useState(false);
  if (deploy.status.state !== "running") return null;
  return (
    <Card className="border-changing">
      <CardContent className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h3 className="font-semibold">
            {t("running.title", { number: deploy.number })}{" "}
            <span className="font-normal text-muted-foreground text-sm">
              <Since at={deploy.startedAt} />
            </span>
          </h3>
          {onCancel ? (
            <Button
              variant="outline"
              size="sm"
              pending={cancelling}
              onClick={async () => {
                setCancelling(true);
                await onCancel().finally(() => setCancelling(false));
              }}
            >
              {t(cancelling ? "running.cancelling" : "running.cancel")}
            </Button>
          ) : null}
        </div>
        {deploy.to ? <CommitLine commit={deploy.to} /> : null}
        <ol aria-label={t("running.steps")} className="flex flex-wrap gap-x-4 gap-y-2 text-sm">
          {stepsAt(deploy.status.step).map(({ step, at }) => {
            const Icon = icons[at];
            return (
              <li
                key={step}
                aria-current={at === "now" ? "step" : undefined}
                className={cn(
                  "flex items-center gap-1.5",
                  at === "now" ? "font-medium text-changing" : "text-muted-foreground",
                )}
              >
                <Icon className={cn("size-4", at === "now" && "motion-safe:animate-spin")} aria-hidden />
                {t(`step.${step}`)}
                <span className="sr-only">{t(`stepState.${at}`)}</span>
              </li>
            );
          })}
        </ol>
        <DeployLog botId={deploy.botId} number={deploy.number} label={t("running.log", { number: deploy.number })} />
      </CardContent>
    </Card>
  );
}
