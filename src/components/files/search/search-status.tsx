"use client";

import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";
import { Progress } from "../../ui/progress";
import { useFiles } from "../context";
import type { FileHunt } from "./hunt";

/** How far a search is, what it has found, and what can be done with it. */
export function SearchStatus({ hunt }: { hunt: FileHunt }) {
  const t = useTranslations("files.search");
  const say = useFailureText();
  const { searching } = useFiles().desk;
  const { state, lines, files, looked, passed } = hunt;
  const hunting = state === "hunting";
  const found = t("found", { lines, files: files.length });
  const seen = t("looked", { count: looked });
  return (
    <div className="flex flex-col gap-1.5 border-border border-b px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 text-muted-foreground tabular-nums">
          <span className="font-medium text-foreground">{found}</span>
          {" · "}
          {seen}
          {passed > 0 ? (
            <span title={t("passedWhy")}>
              {" · "}
              {t("passed", { count: passed })}
            </span>
          ) : null}
          {state === "enough" ? ` · ${t("enough")}` : null}
          {state === "cancelled" ? ` · ${t("cancelled")}` : null}
        </p>
        {hunting ? (
          <Button size="xs" variant="outline" onClick={() => searching.cancel()}>
            {t("cancel")}
          </Button>
        ) : state === "done" ? null : (
          <Button size="xs" variant="outline" onClick={() => searching.goOn()}>
            {t(state === "broken" ? "again" : "goOn")}
          </Button>
        )}
      </div>
      {hunting ? <Progress aria-label={t("progress")} className="h-1" /> : null}
      {state === "broken" ? (
        <p role="alert" className="text-danger">
          {say(hunt.failure)}
        </p>
      ) : null}
      {/* Each half second's progress is no news for a screen reader; that it ended is. */}
      <p role="status" className="sr-only">
        {hunting ? t("searching") : `${found}. ${seen}`}
      </p>
    </div>
  );
}
