"use client";

import { ArrowDown, ArrowUp, Cpu, HardDrive, MemoryStick, Network } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { bytes, bytesPerSecond, percent } from "#client/format";
import type { HostSample } from "#contracts/host";
import { useConnection } from "../live/provider";
import { Sparkline } from "../live/sparkline";
import { useHost } from "../live/use-live";
import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

function Tile({
  icon,
  label,
  value,
  note,
  line,
}: {
  icon: ReactNode;
  label: string;
  value: ReactNode;
  note?: ReactNode;
  line?: ReactNode;
}) {
  return (
    <div className="flex min-w-0 items-stretch justify-between gap-2 p-3 sm:p-4">
      <dl className="min-w-0">
        <dt className="flex items-center gap-1.5 text-muted-foreground text-xs [&_svg]:size-3.5">
          {icon}
          {label}
        </dt>
        <dd className="mt-1 font-semibold text-lg tabular-nums leading-tight">{value}</dd>
        {note ? <dd className="truncate text-muted-foreground text-xs tabular-nums max-sm:hidden">{note}</dd> : null}
      </dl>
      {line}
    </div>
  );
}

/** The machine above the fleet: CPU, memory, disk, network. Dashes while nobody knows. */
export function HostStrip() {
  const t = useTranslations("host");
  const locale = useLocale();
  const samples = useHost();
  const lost = useConnection().state === "lost";
  const last = lost ? undefined : samples.at(-1);
  const wait = lost ? "–" : <Skeleton className="h-6 w-16" />;
  const of = (pick: (sample: HostSample) => number) => samples.map(pick);
  const line = (values: number[], max?: number) =>
    lost ? null : (
      <Sparkline values={values} max={max} className="hidden h-8 w-16 self-end text-link min-[480px]:block xl:w-24" />
    );
  return (
    <Card className="mb-5">
      <section
        aria-label={t("label")}
        className="grid grid-cols-2 divide-border max-lg:[&>*:nth-child(-n+2)]:border-b max-lg:[&>*:nth-child(odd)]:border-r [&>*]:border-border lg:grid-cols-4 lg:divide-x"
      >
        <Tile
          icon={<Cpu aria-hidden />}
          label={t("cpu")}
          value={last ? percent(last.cpu, locale) : wait}
          line={line(
            of((sample) => sample.cpu),
            100,
          )}
        />
        <Tile
          icon={<MemoryStick aria-hidden />}
          label={t("memory")}
          value={last ? percent((last.memoryUsed / last.memoryTotal) * 100, locale) : wait}
          note={
            last ? t("used", { used: bytes(last.memoryUsed, locale), total: bytes(last.memoryTotal, locale) }) : null
          }
          line={line(
            of((sample) => sample.memoryUsed),
            last?.memoryTotal,
          )}
        />
        <Tile
          icon={<HardDrive aria-hidden />}
          label={t("disk")}
          value={last ? percent((last.diskUsed / last.diskTotal) * 100, locale) : wait}
          note={last ? t("used", { used: bytes(last.diskUsed, locale), total: bytes(last.diskTotal, locale) }) : null}
        />
        <Tile
          icon={<Network aria-hidden />}
          label={t("network")}
          value={
            last ? (
              <span className="flex flex-col text-sm [&_span]:flex [&_span]:items-center [&_span]:gap-1 [&_svg]:size-3.5">
                <span>
                  <ArrowDown role="img" aria-label={t("down")} />
                  {bytesPerSecond(last.netIn, locale)}
                </span>
                <span>
                  <ArrowUp role="img" aria-label={t("up")} />
                  {bytesPerSecond(last.netOut, locale)}
                </span>
              </span>
            ) : (
              wait
            )
          }
          line={line(of((sample) => sample.netIn + sample.netOut))}
        />
      </section>
    </Card>
  );
}
