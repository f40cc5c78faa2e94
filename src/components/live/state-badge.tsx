"use client";

import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import type { ProcessStatus } from "#contracts/process";
import { Badge, type BadgeProps } from "../ui/badge";

type Look = { variant: BadgeProps["variant"]; dot: string };

const looks = {
  stopped: { variant: "asleep", dot: "bg-asleep-dot" },
  preparing: { variant: "waiting", dot: "bg-waiting-dot animate-pulse" },
  starting: { variant: "changing", dot: "bg-changing-dot animate-pulse" },
  running: { variant: "running", dot: "bg-running-dot" },
  stopping: { variant: "changing", dot: "bg-changing-dot animate-pulse" },
  backoff: { variant: "waiting", dot: "bg-waiting-dot" },
  parked: { variant: "danger", dot: "bg-danger-dot" },
  unknown: { variant: "outline", dot: "bg-asleep-dot" },
} as const satisfies Record<ProcessStatus["state"] | "unknown", Look>;

/** What a bot that is being made ready waits for. */
export const preparingWords = { install: "installing", queue: "queued", deploy: "updating" } as const;

/** A bot's state in one word and one colour; null: nobody knows it now. */
export function StateBadge({ status, className }: { status: ProcessStatus | null; className?: string }) {
  const t = useTranslations("states");
  const state = status?.state ?? "unknown";
  const late = status?.state === "running" && status.ready === "late";
  const look = late ? looks.backoff : looks[state];
  const word = status?.state === "preparing" ? t(preparingWords[status.step]) : late ? t("notReady") : t(state);
  return (
    <Badge variant={look.variant} className={className} data-state={state}>
      <span aria-hidden className={cn("size-1.5 rounded-full", look.dot)} />
      {word}
    </Badge>
  );
}
