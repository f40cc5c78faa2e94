"use client";

import { useTranslations } from "next-intl";
import { type MouseEvent, memo } from "react";
import { cn } from "#client/class-names";
import type { LogLine } from "#contracts/log";
import { LevelWord, LineTime, levelEdges, lineClasses } from "../../console/line-row";
import { bareOf } from "../../console/rows";
import { type Finder, pieces } from "./highlight";

/** A line that was found, with what was looked for marked in it; leads to the lines around it. */
export const HitRow = memo(function HitRow({
  line,
  find,
  href,
  current,
  onOpen,
}: {
  line: LogLine;
  find: Finder;
  href: string;
  /** The one that was opened last. */
  current: boolean;
  onOpen: (line: LogLine) => void;
}) {
  const t = useTranslations("logs.hits");
  const text = bareOf(line);
  const open = (event: MouseEvent) => {
    // In a new tab, if they want it so; and a text that was marked to be copied is no click.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (document.getSelection()?.isCollapsed !== false) onOpen(line);
  };
  return (
    <a
      href={href}
      draggable={false}
      data-level={line.level}
      aria-current={current ? "true" : undefined}
      onClick={open}
      className={cn(
        lineClasses,
        levelEdges[line.level],
        "cursor-pointer py-0.5 outline-none focus-visible:bg-secondary focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset",
        current && "bg-accent-soft",
      )}
    >
      <LineTime at={line.at} />
      <LevelWord level={line.level} />
      <span
        data-line={`${line.run}.${line.offset}`}
        className="wrap-anywhere min-w-0 flex-1 whitespace-pre-wrap [tab-size:4] [unicode-bidi:isolate]"
      >
        {pieces(text, find(text)).map((piece, index) =>
          piece.hit ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name and never move
            <mark key={index} className="rounded-sm bg-waiting-soft text-waiting outline outline-waiting-dot/60">
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
      </span>
      <span className="shrink-0 select-none text-[11px] text-muted-foreground leading-5 max-sm:hidden">
        {t("run", { run: line.run })}
      </span>
    </a>
  );
});
