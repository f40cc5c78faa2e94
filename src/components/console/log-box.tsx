"use client";

import type { Virtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect } from "react";
import { copyRows } from "./copy-rows";

/** How high a row of one line is, px. */
export const ROW = 20;

/** A box of its own to scroll in, of whose rows only those in sight are drawn; what is copied from it is plain text. */
export function LogBox({
  box,
  label,
  rows,
  onScroll,
  row,
  textOf,
}: {
  box: RefObject<HTMLDivElement | null>;
  label: string;
  rows: Virtualizer<HTMLDivElement, Element>;
  onScroll: () => void;
  row: (index: number) => ReactNode;
  textOf: (index: number) => string;
}) {
  // React's own onCopy on a box that is no control would be a complaint of the linter, not of people.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const copy = (event: ClipboardEvent) => copyRows(event, element, textOf);
    element.addEventListener("copy", copy);
    return () => element.removeEventListener("copy", copy);
  }, [box, textOf]);
  return (
    <div
      ref={box}
      role="log"
      // Hundreds of lines a second are no news for a screen reader; the log is there to be read when wanted.
      aria-live="off"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      className="h-full overflow-y-auto overflow-x-hidden overscroll-contain font-mono text-[13px] leading-5 [font-variant-ligatures:none] outline-none [overflow-anchor:none] focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
    >
      <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {row(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
