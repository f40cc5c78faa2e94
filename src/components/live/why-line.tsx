"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { cn } from "#client/class-names";
import { useReasonText } from "#client/words";
import type { BotView } from "#contracts/api/bots";
import { packageOf } from "#contracts/missing-module";
import type { ProcessStatus } from "#contracts/process";
import { type Fix, type Reason, reasonTable } from "#contracts/reason";
import { Button } from "../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { AllowBot } from "./allow-bot";
import { InstallModule } from "./install-module";
import { usePowerCommand } from "./power-buttons";
import { preparingWords } from "./state-badge";
import { Ago, Until } from "./time";

const PORTAL = "https://discord.com/developers/applications";

/** Where a fix leads; null for those that do something instead. */
const places = {
  none: null,
  start: null,
  intents: null,
  trust: null,
  "replace-token": "/environment?token=1",
  environment: "/environment",
  settings: "/settings",
  "install-log": "?log=install",
  console: "",
} as const satisfies Record<Fix, string | null>;

/** The reason a bot is where it is, if its state has one. */
export function reasonOf(status: ProcessStatus | null): Reason | null {
  if (status?.state === "parked") return status.reason;
  if (status?.state === "backoff") return status.lastExit.reason;
  if (status?.state === "stopped") return status.lastExit?.reason ?? null;
  return null;
}

/** What is going on with a bot, as one sentence. */
export function WhySentence({ status }: { status: ProcessStatus | null }): ReactNode {
  const t = useTranslations("why");
  const say = useReasonText();
  if (!status) return t("unknown");
  switch (status.state) {
    case "stopped":
      return status.lastExit ? say(status.lastExit.reason) : t("never");
    case "preparing":
      return t(preparingWords[status.step]);
    case "starting":
      return t("starting");
    case "running":
      if (status.ready === "late") return t("late");
      if (status.ready === "waiting") return t("waiting");
      return t.rich("runningSince", { when: () => <Ago at={status.since} /> });
    case "stopping":
      return t("stopping");
    case "backoff":
      return (
        <>
          {say(status.lastExit.reason)} {t.rich("retry", { when: () => <Until at={status.retryAt} /> })}
        </>
      );
    case "parked": {
      const { until } = status;
      return (
        <>
          {say(status.reason)}
          {until === undefined ? null : <> {t.rich("until", { when: () => <Until at={until} /> })}</>}
        </>
      );
    }
  }
}

/** What is asked of a bot before a button is offered. */
type Mendable = Pick<BotView, "id" | "name" | "runtime" | "permissions" | "owner">;

/** The button that mends a reason: leads to the right tab, starts the bot, has an admin allow it, or explains the Developer Portal. */
export function FixButton({ bot, reason }: { bot: Mendable; reason: Reason }) {
  const t = useTranslations("why");
  const { run, pending } = usePowerCommand(bot);
  const [open, setOpen] = useState(false);
  const say = useReasonText();
  const fix: Fix = reasonTable[reason.code].fix;
  if (fix === "none") return null;
  const { module } = reason.values;
  const missing = module === undefined ? null : packageOf(bot.runtime, String(module));
  if (
    missing !== null &&
    (["dependency:install", "power:start"] as const).every((one) => bot.permissions.includes(one))
  )
    return <InstallModule botId={bot.id} name={missing} />;
  if (fix === "trust") return <AllowBot bot={bot} />;
  if (fix === "start") {
    return (
      <Button size="xs" variant="outline" pending={pending === "start"} onClick={() => run("start")}>
        {t("fix.start")}
      </Button>
    );
  }
  if (fix === "intents") {
    return (
      <Dialog open={open} onOpenChange={setOpen}>
        <Button size="xs" variant="outline" onClick={() => setOpen(true)}>
          {t("fix.intents")}
        </Button>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>{say(reason)}</DialogTitle>
            <DialogDescription>{t("intentsHelp")}</DialogDescription>
          </DialogHeader>
          <DialogFooter>
            <Button asChild>
              <a href={PORTAL} target="_blank" rel="noreferrer">
                {t("fix.intents")}
              </a>
            </Button>
          </DialogFooter>
        </DialogContent>
      </Dialog>
    );
  }
  return (
    <Button asChild size="xs" variant="outline">
      <Link href={`/bots/${bot.id}${places[fix]}`} prefetch={false}>
        {t(`fix.${fix}`)}
      </Link>
    </Button>
  );
}

/** Why a bot is in its state, in words, and the button that mends it. */
export function WhyLine({
  bot,
  status,
  trouble,
  className,
}: {
  bot: Mendable;
  status: ProcessStatus | null;
  /** What is wrong beside its state. */
  trouble?: Reason | undefined;
  className?: string;
}) {
  const t = useTranslations("why");
  const say = useReasonText();
  const reason = reasonOf(status);
  const bad = status?.state === "parked";
  return (
    <div className={cn("flex flex-wrap items-center gap-x-2 gap-y-1 text-sm", className)}>
      <p className={cn("min-w-0 [overflow-wrap:anywhere]", bad ? "text-danger" : "text-muted-foreground")}>
        <WhySentence status={status} />
      </p>
      {reason ? <FixButton bot={bot} reason={reason} /> : null}
      {trouble ? (
        <p role="status" className="min-w-0 text-danger [overflow-wrap:anywhere]">
          {say(trouble)} {t("owed")}
        </p>
      ) : null}
    </div>
  );
}
