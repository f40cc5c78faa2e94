"use client";

import { useLocale, useNow, useTimeZone } from "next-intl";
import { useEffect, useState } from "react";
import { duration, exact, type Manner, relative } from "#client/format";

/** Locale and time zone of the viewer, for `#client/format`. */
export function useManner(): Manner {
  return { locale: useLocale(), timeZone: useTimeZone() ?? "UTC" };
}

/** The time now, ticking; server and first frame agree on it. */
export const useTick = (everyMs = 1_000): number => useNow({ updateInterval: everyMs }).getTime();

/** "5 minutes ago", with the exact time on hover. */
export function Ago({ at, className }: { at: number; className?: string }) {
  const manner = useManner();
  const now = useTick(10_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at, manner)} className={className}>
      {relative(at, Math.max(now, at), manner.locale)}
    </time>
  );
}

/** "in 3 seconds", counting down, with the exact time on hover. */
export function Until({ at, className }: { at: number; className?: string }) {
  const manner = useManner();
  const now = useTick();
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at, manner)} className={className}>
      {relative(Math.max(at, now), now, manner.locale)}
    </time>
  );
}

/** How long since a moment, ticking: "3m 20s". */
export function Since({ at, className }: { at: number; className?: string }) {
  const manner = useManner();
  const now = useTick();
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at, manner)} className={className}>
      {duration(now - at, manner.locale)}
    </time>
  );
}

/** True once in the browser: for what the server cannot know. */
export function useMounted(): boolean {
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  return mounted;
}
