"use client";

import { GitCompareArrows } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { useFiles } from "./context";
import type { Doc } from "./docs";
import { LazyDiff } from "./lazy-monaco";
import { nameOf } from "./paths";

/** A save was refused, because the file is another by now: both texts, and what to do. */
export function ClashView({ doc }: { doc: Doc }) {
  const t = useTranslations("files.clash");
  const { desk, actions } = useFiles();
  const other = doc.clash === "gone" ? null : doc.clash;
  const mine = desk.draft(doc.key)?.take().text ?? "";
  const name = nameOf(doc.path);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div
        role="alert"
        className="flex flex-wrap items-center gap-x-4 gap-y-2 border-border border-b bg-waiting-soft px-3 py-2 text-waiting"
      >
        <GitCompareArrows aria-hidden className="size-4 shrink-0" />
        <div className="min-w-48 flex-1 text-sm">
          <p className="font-medium">{other ? t("title", { name }) : t("gone", { name })}</p>
          {other ? <p className="text-xs">{t(other.text === null ? "binary" : "body")}</p> : null}
        </div>
        <div className="flex flex-wrap gap-2 text-foreground">
          <Button size="sm" variant="ghost" onClick={() => desk.lookAgain(doc.key)}>
            {t("back")}
          </Button>
          {other ? (
            <Button size="sm" variant="outline" onClick={() => desk.takeOther(doc.key)}>
              {t("other")}
            </Button>
          ) : null}
          <Button size="sm" pending={doc.saving} onClick={() => void actions.save(doc.key, true)}>
            {t("mine")}
          </Button>
        </div>
      </div>
      <div className="min-h-0 flex-1 bg-field">
        {other?.text === null ? null : <LazyDiff path={doc.path} before={other?.text ?? ""} after={mine} />}
      </div>
    </div>
  );
}
