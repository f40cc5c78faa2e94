"use client";

import { CirclePlay, CircleStop, Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { bytes, clock, duration, exact } from "#client/format";
import type { LogLine } from "#contracts/log";
import { useManner } from "../live/time";

const looks = {
  started: { Icon: CirclePlay, tint: "text-running" },
  ended: { Icon: CircleStop, tint: "text-muted-foreground" },
  gap: { Icon: Unlink, tint: "text-waiting" },
} as const satisfies Record<NonNullable<LogLine["mark"]>["kind"], unknown>;

const causes = ["person", "restart", "bot", "worker", "crash"] as const;

/** Where a run starts or ends, or some of its output is no longer kept, in words across the whole width. */
export const MarkRow = memo(function MarkRow({ line, mark }: { line: LogLine; mark: NonNullable<LogLine["mark"]> }) {
  const t = useTranslations("console.mark");
  const manner = useManner();
  const { Icon, tint } = looks[mark.kind];
  return (
    <div
      data-mark={mark.kind}
      className="flex items-center gap-3 px-3 py-1.5 font-sans text-muted-foreground text-xs before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border"
    >
      <span className="flex items-center gap-1.5 text-center" title={exact(line.at, manner)}>
        <Icon className={`size-3.5 shrink-0 ${tint}`} aria-hidden />
        {sayMark()}
      </span>
    </div>
  );

  function sayMark(): string {
    const { run } = line;
    if (mark.kind === "started") {
      const cause = causes.find((each) => each === mark.cause) ?? "other";
      return t("started", { run, time: clock(line.at, manner), cause: t(`cause.${cause}`) }).trim();
    }
    if (mark.kind === "gap") return t(`gap.${mark.why}`, { size: bytes(mark.bytes, manner.locale) });
    const time = mark.ms < 1_000 ? t("moment") : duration(mark.ms, manner.locale);
    if (mark.code !== null) return t("code", { run, code: mark.code, time });
    return mark.signal === null ? t("unknown", { run, time }) : t("signal", { run, signal: mark.signal, time });
  }
});
