"use client";

import { type CSSProperties, type ReactNode, useRef } from "react";
import { cn } from "#client/class-names";
import { useAbove } from "./use-above";

/**
 * The frame of a log: it fills what is left of the first screen (on a phone above the bar at the bottom), so that its last line and
 * what one types into it are seen without scrolling the page.
 */
export function LogFrame({
  label,
  tall = false,
  children,
}: {
  label: string;
  /** On a phone as high as the screen: for what is read more than typed into. */
  tall?: boolean;
  children: ReactNode;
}) {
  const frame = useRef<HTMLElement>(null);
  const above = useAbove(frame);
  const style: CSSProperties & { "--above"?: string } = above === null ? {} : { "--above": `${above}px` };
  return (
    <section
      ref={frame}
      aria-label={label}
      style={style}
      className={cn(
        "flex h-[calc(100dvh-var(--above,27rem)-5.25rem)] min-h-64 min-w-0 scroll-mt-16 flex-col overflow-hidden rounded-xl border border-border bg-card sm:min-h-88 lg:h-[calc(100dvh-var(--above,19rem)-2rem)]",
        tall && "min-h-[calc(100dvh-9rem)] sm:min-h-112",
      )}
    >
      {children}
    </section>
  );
}
