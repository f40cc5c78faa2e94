"use client";

import { Shield, ShieldAlert, ShieldCheck } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { bytes, percent } from "#client/format";
import type { BotIsolation, BotLive, IsolationLevel } from "#contracts/bot";
import { Sparkline } from "../../live/sparkline";
import { Since } from "../../live/time";
import { Fact } from "./fact";
import { StartBudget } from "./start-budget";

/** What is measured of a bot now. A fact that nobody knows is a dash, never yesterday's. */
export function BotFacts({ live }: { live: BotLive | null }) {
  const t = useTranslations("bot.facts");
  const locale = useLocale();
  const status = live?.status;
  const alive = status?.state === "running" || status?.state === "starting" ? status : null;
  const samples = alive ? (live?.samples ?? []) : [];
  const newest = samples.at(-1);
  const none: ReactNode = t("none");
  return (
    <dl
      aria-label={t("label")}
      className="grid grid-cols-3 gap-x-4 gap-y-3 rounded-xl border border-border bg-card p-4 sm:grid-cols-4 lg:grid-cols-[1fr_0.9fr_1.4fr_1.4fr_0.9fr_0.6fr_1.1fr_1.1fr]"
    >
      <Fact name={t("uptime")}>{alive ? <Since at={alive.since} /> : none}</Fact>
      <Fact name={t("restarts")}>{live ? live.restarts : none}</Fact>
      <Fact
        name={t("cpu")}
        chart={
          <Sparkline values={samples.map(({ cpu }) => cpu)} max={10} className="h-5 w-12 text-link max-sm:hidden" />
        }
      >
        {newest ? percent(newest.cpu, locale) : none}
      </Fact>
      <Fact
        name={t("memory")}
        chart={<Sparkline values={samples.map(({ memory }) => memory)} className="h-5 w-12 text-link max-sm:hidden" />}
      >
        {newest ? bytes(newest.memory, locale) : none}
      </Fact>
      {/* On a phone the console below needs their room more. */}
      <Fact name={t("pid")} className="max-sm:hidden">
        {alive ? <span className="font-mono">{alive.pid}</span> : none}
      </Fact>
      <Fact name={t("run")} className="max-sm:hidden">
        {alive ? alive.run : none}
      </Fact>
      {live?.budget ? <StartBudget budget={live.budget} /> : <Fact name={t("starts")}>{none}</Fact>}
      {live ? <Isolation {...live.isolation} /> : <Fact name={t("isolation")}>{none}</Fact>}
    </dl>
  );
}

const shields = {
  user: { icon: ShieldCheck, colour: "text-running" },
  sandbox: { icon: Shield, colour: "text-running" },
  none: { icon: ShieldAlert, colour: "text-waiting" },
} as const satisfies Record<IsolationLevel, unknown>;

/** How far the bot is kept from everything else, and how surely a stop ends all of it. */
function Isolation({ level, kill }: BotIsolation) {
  const t = useTranslations("bot.facts");
  const { icon: Icon, colour } = shields[level];
  return (
    <Fact name={t("isolation")} hint={`${t(`isolationHint.${level}`)} ${t(`kill.${kill}`)}`}>
      <Icon className={`size-3.5 shrink-0 max-sm:hidden ${colour}`} aria-hidden />
      {t(`isolationLevel.${level}`)}
    </Fact>
  );
}
