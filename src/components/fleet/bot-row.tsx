"use client";

import { KeyRound, RotateCw } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { memo } from "react";
import { bytes, percent } from "#client/format";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";
import { PowerButtons } from "../live/power-buttons";
import { Sparkline } from "../live/sparkline";
import { StateBadge } from "../live/state-badge";
import { Since } from "../live/time";
import { useBotLive } from "../live/use-live";
import { FixButton, reasonOf, WhySentence } from "../live/why-line";
import { Badge } from "../ui/badge";
import { Checkbox } from "../ui/checkbox";

/** The columns of a wide screen, shared by the head and the rows. */
export const rowGrid =
  "md:grid md:grid-cols-[1.25rem_minmax(0,1fr)_9.5rem_4.5rem_2.5rem_6.75rem] md:items-center md:gap-x-4 xl:grid-cols-[1.25rem_minmax(0,1fr)_9.5rem_4.5rem_2.5rem_7.25rem_8rem_6.75rem]";

function Uptime({ live }: { live: BotLive | null }) {
  const status = live?.status;
  return status?.state === "running" ? <Since at={status.since} /> : <span aria-hidden>–</span>;
}

function Restarts({ live }: { live: BotLive | null }) {
  const t = useTranslations("fleet");
  if (!live) return <span aria-hidden>–</span>;
  return (
    <span className="inline-flex items-center gap-1" title={t("restarts", { count: live.restarts })}>
      <RotateCw className="size-3" aria-hidden />
      <span aria-hidden>{live.restarts}</span>
      <span className="sr-only">{t("restarts", { count: live.restarts })}</span>
    </span>
  );
}

function Use({ label, value, values, max }: { label: string; value: string | null; values: number[]; max?: number }) {
  return (
    <span className="inline-flex items-center gap-2 tabular-nums">
      <span className="sr-only">{label}</span>
      {value === null ? <span aria-hidden>–</span> : <span className="xl:w-14">{value}</span>}
      <Sparkline values={values} max={max} className="hidden h-5 w-12 text-link xl:block" />
    </span>
  );
}

/** One bot of the fleet: a row on wide screens, a card on phones. */
export const BotRow = memo(function BotRow({
  bot,
  brought,
  selected,
  onSelect,
}: {
  bot: BotView;
  /** What the page knew of its present before the first live word. */
  brought: BotLive | null;
  selected: boolean;
  onSelect: (botId: string, selected: boolean) => void;
}) {
  const t = useTranslations("fleet");
  const locale = useLocale();
  const live = useBotLive(bot.id, brought);
  const last = live?.samples.at(-1);
  const reason = live?.status.state === "parked" ? reasonOf(live.status) : null;
  const cpu = (
    <Use
      label={t("columnCpu")}
      value={last ? percent(last.cpu, locale) : null}
      values={live?.samples.map((sample) => sample.cpu) ?? []}
      max={10}
    />
  );
  const memory = (
    <Use
      label={t("columnMemory")}
      value={last ? bytes(last.memory, locale) : null}
      values={live?.samples.map((sample) => sample.memory) ?? []}
    />
  );
  return (
    <div
      className={`${rowGrid} relative flex flex-wrap items-center gap-x-3 gap-y-2 border-border border-b px-4 py-3 transition-colors hover:bg-secondary/60 data-[selected=true]:bg-accent-soft`}
      data-selected={selected}
      data-bot={bot.id}
    >
      <Checkbox
        className="relative z-10"
        checked={selected}
        onCheckedChange={(checked) => onSelect(bot.id, checked === true)}
        aria-label={t("select", { name: bot.name })}
      />
      <div className="min-w-0 flex-1 basis-0">
        <div className="flex min-w-0 items-center gap-2">
          {/* The link covers the row; what else can be pressed stands above it. */}
          <Link
            href={`/bots/${bot.id}`}
            prefetch={false}
            className="truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:rounded-lg focus-visible:after:ring-2 focus-visible:after:ring-ring focus-visible:after:ring-inset"
          >
            {bot.name}
          </Link>
          {bot.hasToken || bot.tokenOptional ? null : (
            <Badge variant="outline" className="max-sm:hidden">
              <KeyRound aria-hidden />
              {t("noToken")}
            </Badge>
          )}
          {bot.tags.map(({ id, name }) => (
            <Badge key={id} variant="outline" className="max-w-32 max-sm:hidden">
              <span className="truncate">{name}</span>
            </Badge>
          ))}
        </div>
        <p className="mt-0.5 line-clamp-2 min-w-0 text-muted-foreground text-xs [overflow-wrap:anywhere] max-md:hidden">
          <WhySentence status={live?.status ?? null} />
        </p>
      </div>
      <div className="flex items-center">
        <StateBadge status={live?.status ?? null} />
      </div>
      <p className="line-clamp-2 w-full text-muted-foreground text-xs md:hidden">
        <WhySentence status={live?.status ?? null} />
      </p>
      <div className="hidden text-sm tabular-nums md:block">
        <Uptime live={live} />
      </div>
      <div className="hidden text-muted-foreground text-sm tabular-nums md:block">
        <Restarts live={live} />
      </div>
      {reason ? (
        // A parked bot uses nothing: in that place stands what mends it, and the sentence keeps its room.
        <div className="relative z-10 col-span-2 hidden xl:block">
          <FixButton bot={bot} reason={reason} />
        </div>
      ) : (
        <>
          <div className="hidden text-sm xl:block">{cpu}</div>
          <div className="hidden text-sm xl:block">{memory}</div>
        </>
      )}
      <div className="flex flex-1 items-center gap-3 text-muted-foreground text-xs tabular-nums md:hidden">
        <Uptime live={live} />
        <Restarts live={live} />
        {last ? (
          <>
            {cpu}
            {memory}
          </>
        ) : null}
      </div>
      <div className="relative z-10 flex items-center gap-1.5 justify-self-end">
        {reason ? (
          <span className="xl:hidden md:hidden">
            <FixButton bot={bot} reason={reason} />
          </span>
        ) : null}
        <PowerButtons bot={bot} status={live?.status ?? null} permissions={bot.permissions} compact />
      </div>
    </div>
  );
});
