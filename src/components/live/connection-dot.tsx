"use client";

import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { useConnection } from "./provider";

const dots = {
  connecting: "bg-changing-dot animate-pulse",
  connected: "bg-running-dot",
  lost: "bg-waiting-dot animate-pulse",
};

/** A dot that says how the live connection is; `bare` without the word. */
export function ConnectionDot({ bare = false, className }: { bare?: boolean; className?: string }) {
  const t = useTranslations("live");
  const { state } = useConnection();
  const words = state === "lost" ? t("lostShort") : state === "connected" ? t("connected") : t("connecting");
  return (
    <span className={cn("flex items-center gap-2 text-muted-foreground text-xs", className)} title={words}>
      <span aria-hidden className={cn("size-2 rounded-full", dots[state])} />
      <span className={bare ? "sr-only" : undefined}>{words}</span>
    </span>
  );
}
