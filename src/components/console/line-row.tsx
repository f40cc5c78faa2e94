"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { cn } from "#client/class-names";
import { clock, day, exact } from "#client/format";
import type { LogLevel, LogLine } from "#contracts/log";
import { useManner } from "../live/time";
import { CopyLink } from "./copy-link";
import { FoldButton } from "./fold-button";
import { LineText } from "./line-text";
import { useLogLooks, useUnfolded } from "./log-looks";
import { bareOf, isAt } from "./rows";
import { StyledText } from "./styled-text";

/** The colour at a line's left edge. */
export const levelEdges = {
  plain: "border-transparent",
  debug: "border-asleep-dot",
  info: "border-changing-dot",
  warn: "border-waiting-dot",
  error: "border-danger-dot",
} as const satisfies Record<LogLevel, string>;

/** Looks of a row with a level at its edge. */
export const lineClasses =
  "group/line flex gap-2.5 border-l-[3px] px-2 hover:bg-secondary/40 sm:gap-3 sm:px-3 [unicode-bidi:isolate]";

/** One line of a bot: when, how grave (the colour at its left edge), what it said, and folded below it what belongs to it. */
export const LineRow = memo(
  function LineRow({ line, more }: { line: LogLine; more: readonly LogLine[] }) {
    const { marked, linkTo } = useLogLooks();
    const within = marked ? [line, ...more].some((each) => isAt(each, marked)) : false;
    return (
      <div
        data-level={line.level}
        data-marked={within || undefined}
        aria-current={within ? "location" : undefined}
        className={cn(lineClasses, levelEdges[line.level], within && "bg-accent-soft hover:bg-accent-soft")}
      >
        <LineTime at={line.at} />
        <LevelWord level={line.level} />
        {/* Isolated, so that no script that runs right to left moves what stands beside it. */}
        <div
          data-line={`${line.run}.${line.offset}`}
          className="wrap-anywhere min-w-0 flex-1 whitespace-pre-wrap [tab-size:4] [unicode-bidi:isolate]"
        >
          <LineText line={line} />
          {more.length > 0 ? <MoreLines line={line} more={more} first={within && !isMarked(line)} /> : null}
        </div>
        {linkTo ? <CopyLink address={linkTo(line)} /> : null}
      </div>
    );

    function isMarked(each: LogLine) {
      return marked ? isAt(each, marked) : false;
    }
  },
  // A trace grows under the viewer's eyes, but no line of it changes.
  (a, b) => a.line === b.line && a.more.length === b.more.length,
);

/** When a line came. Not part of what is copied. */
export function LineTime({ at }: { at: number }) {
  const manner = useManner();
  const { dated } = useLogLooks();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={exact(at, manner)}
      className="shrink-0 select-none text-[11px] text-muted-foreground tabular-nums leading-5 sm:text-xs sm:leading-5"
    >
      {dated ? <span className="max-sm:hidden">{day(at, manner)} </span> : null}
      {clock(at, manner)}
    </time>
  );
}

/** What the colour says, for people who do not see it. */
export function LevelWord({ level }: { level: LogLevel }) {
  const t = useTranslations("console.level");
  return level === "warn" || level === "error" ? <span className="sr-only select-none">{t(level)}</span> : null;
}

function MoreLines({ line, more, first }: { line: LogLine; more: readonly LogLine[]; first: boolean }) {
  const t = useTranslations("console.trace");
  const { marked } = useLogLooks();
  const [open, toggle] = useUnfolded(`trace.${line.run}.${line.offset}`, first);
  const last = more.at(-1);
  // Python says what went wrong at the end: it must be read without unfolding.
  const gist = last && !open && /^\S/.test(bareOf(last)) && !/^[}\]]/.test(bareOf(last)) ? last : null;
  return (
    <>
      {gist ? (
        <>
          {" "}
          <StyledText text={gist.text} />
        </>
      ) : null}
      <FoldButton open={open} onClick={toggle}>
        {t(open ? "fold" : "unfold", { count: more.length })}
      </FoldButton>
      {open
        ? more.map((each) => (
            <div
              key={each.offset}
              className={
                marked && isAt(each, marked) ? "rounded-sm bg-accent-soft outline outline-accent-line" : undefined
              }
            >
              <StyledText text={each.text} />
            </div>
          ))
        : null}
    </>
  );
}
