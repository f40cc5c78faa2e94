"use client";

import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { clock, exact } from "#client/format";
import type { LogLevel, LogLine } from "#contracts/log";
import { useManner } from "../live/time";
import { StyledText } from "./styled-text";

/** Longer lines are folded: one of 16,000 letters would fill the screen three times over. */
const FOLD = 600;

const edges = {
  plain: "border-transparent",
  debug: "border-asleep-dot",
  info: "border-changing-dot",
  warn: "border-waiting-dot",
  error: "border-danger-dot",
} as const satisfies Record<LogLevel, string>;

/** One line of a bot: when, how grave (the colour at its left edge), and what it said. */
export const LineRow = memo(function LineRow({ line }: { line: LogLine }) {
  const t = useTranslations("console");
  const manner = useManner();
  const [open, setOpen] = useState(false);
  const long = line.text.length > FOLD;
  return (
    <div
      data-level={line.level}
      className={`flex gap-2.5 border-l-[3px] px-2 hover:bg-secondary/40 sm:gap-3 sm:px-3 ${edges[line.level]}`}
    >
      <time
        dateTime={new Date(line.at).toISOString()}
        title={exact(line.at, manner)}
        className="shrink-0 select-none text-[11px] text-muted-foreground tabular-nums leading-5 sm:text-xs sm:leading-5"
      >
        {clock(line.at, manner)}
      </time>
      {line.level === "warn" || line.level === "error" ? (
        <span className="sr-only">{t(`level.${line.level}`)}</span>
      ) : null}
      {/* Isolated, so that no script that runs right to left moves what stands beside it. */}
      <span
        data-line={`${line.run}.${line.offset}`}
        className="wrap-anywhere min-w-0 flex-1 whitespace-pre-wrap [tab-size:4] [unicode-bidi:isolate]"
      >
        <StyledText text={long && !open ? line.text.slice(0, FOLD) : line.text} />
        {long ? (
          <button
            type="button"
            className="ml-2 cursor-pointer rounded font-sans text-link text-xs underline outline-none focus-visible:ring-2 focus-visible:ring-ring"
            onClick={() => setOpen(!open)}
          >
            {open ? t("less") : t("more", { count: line.text.length })}
          </button>
        ) : null}
        {line.cut && (open || !long) ? (
          <span className="ml-2 font-sans text-muted-foreground text-xs italic">{t("cut")}</span>
        ) : null}
      </span>
    </div>
  );
});
