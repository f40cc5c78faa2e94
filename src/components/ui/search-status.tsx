"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button";
import { Progress } from "./progress";

/** How far a search is, what it has found, and what can be done with it. */
export function SearchStatus({
  words,
  state,
  found,
  looked,
  more,
  share,
  why,
  onCancel,
  onGoOn,
}: {
  /** Where its words are. */
  words: "logs.hunt" | "files.search";
  state: "hunting" | "enough" | "cancelled" | "broken" | "done";
  found: string;
  /** How much was looked at. */
  looked: string;
  /** What else there is to say of it. */
  more: ReactNode;
  /** How much of it all that is, in percent; absent where nobody knows. */
  share?: number | null;
  /** Why it broke off. */
  why: string | null;
  onCancel: () => void;
  onGoOn: () => void;
}) {
  const t = useTranslations(words);
  const hunting = state === "hunting";
  return (
    <div className="flex flex-col gap-1.5 border-border border-b px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 text-muted-foreground tabular-nums">
          <span className="font-medium text-foreground">{found}</span>
          {" · "}
          {looked}
          {more}
          {state === "enough" ? ` · ${t("enough")}` : null}
          {state === "cancelled" ? ` · ${t("cancelled")}` : null}
        </p>
        {hunting ? (
          <Button size="xs" variant="outline" onClick={onCancel}>
            {t("cancel")}
          </Button>
        ) : state === "done" ? null : (
          <Button size="xs" variant="outline" onClick={onGoOn}>
            {t(state === "broken" ? "again" : "goOn")}
          </Button>
        )}
      </div>
      {hunting ? <Progress aria-label={t("progress")} className="h-1" value={share} /> : null}
      {state === "broken" && why !== null ? (
        <p role="alert" className="text-danger">
          {why}
        </p>
      ) : null}
      {/* Each half second's progress is no news for a screen reader; that it ended is. */}
      <p role="status" className="sr-only">
        {hunting ? t("searching") : `${found}. ${looked}`}
      </p>
    </div>
  );
}
