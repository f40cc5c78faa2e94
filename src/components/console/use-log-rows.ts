"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";
import { ROW } from "./log-box";
import type { LogRow } from "./rows";

/** So near to the newest line (px), a log stays with it. */
export const NEAR = 40;

/** Which rows of a log are in sight of its box; with `follow` it goes along with those that are appended. */
export const useLogRows = (shown: readonly LogRow[], box: RefObject<HTMLDivElement | null>, follow: boolean) =>
  useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => shown[index]?.key ?? index,
    estimateSize: () => ROW,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
    anchorTo: "end",
    followOnAppend: follow,
    scrollEndThreshold: NEAR,
  });
