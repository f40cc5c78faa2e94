"use client";

import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { type LogLevel, logLevel } from "#contracts/log";

// The gravest first; each with the colour it has at the edge of its lines.
const chips = [
  { level: "error", dot: "bg-danger-dot", on: "border-danger-dot bg-danger-soft text-danger" },
  { level: "warn", dot: "bg-waiting-dot", on: "border-waiting-dot bg-waiting-soft text-waiting" },
  { level: "info", dot: "bg-changing-dot", on: "border-changing-dot bg-changing-soft text-changing" },
  { level: "debug", dot: "bg-asleep-dot", on: "border-asleep-dot bg-asleep-soft text-asleep" },
  { level: "plain", dot: "bg-border-strong", on: "border-border-strong bg-secondary text-foreground" },
] as const satisfies readonly { level: LogLevel; dot: string; on: string }[];

/** Which levels are shown. None chosen: all. */
export function LevelChips({
  levels,
  onLevels,
}: {
  levels: readonly LogLevel[];
  onLevels: (levels: LogLevel[]) => void;
}) {
  const t = useTranslations("console.level");
  const flip = (level: LogLevel) =>
    onLevels(logLevel.options.filter((each) => levels.includes(each) !== (each === level)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group by name only, not a form's
    <div role="group" aria-label={t("label")} className="flex flex-wrap items-center gap-1">
      {chips.map(({ level, dot, on }) => {
        const pressed = levels.includes(level);
        return (
          <button
            key={level}
            type="button"
            aria-pressed={pressed}
            onClick={() => flip(level)}
            className={cn(
              "inline-flex h-7 cursor-pointer items-center gap-1.5 rounded-full border px-2.5 text-xs outline-none transition-colors focus-visible:ring-2 focus-visible:ring-ring",
              pressed ? on : "border-border text-muted-foreground hover:bg-secondary hover:text-foreground",
            )}
          >
            <span aria-hidden className={cn("size-2 rounded-full", dot)} />
            {t(level)}
          </button>
        );
      })}
    </div>
  );
}
