"use client";

import { ArrowLeft, CircleAlert, Download, History, Save } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFailureText } from "#client/words";
import { covered } from "#contracts/covered";
import { Ago, useManner } from "../live/time";
import { useCell } from "../live/use-live";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ClashView } from "./clash-view";
import { useFiles } from "./context";
import { CoveredView } from "./covered-view";
import type { Doc } from "./docs";
import { fileAddress } from "./download";
import { LazyEditor } from "./lazy-monaco";
import { nameOf, parentOf } from "./paths";
import { PlainView } from "./plain-view";
import { sizeOf } from "./size";

/** One open file: its text in the editor, or why there is none. */
export function DocView({ doc, onClose }: { doc: Doc; onClose: (path: string) => void }) {
  const { actions, allows } = useFiles();
  const writes = allows("file:write");
  const { key } = doc;
  useEffect(() => {
    const save = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (writes) void actions.save(key);
    };
    document.addEventListener("keydown", save);
    return () => document.removeEventListener("keydown", save);
  }, [actions, key, writes]);
  if (doc.clash !== null) return <ClashView doc={doc} />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <DocBar doc={doc} writes={writes} />
      <div className="min-h-0 flex-1 bg-field">
        <DocBody doc={doc} writes={writes} onClose={onClose} />
      </div>
    </div>
  );
}

function DocBar({ doc, writes }: { doc: Doc; writes: boolean }) {
  const t = useTranslations("files");
  const { botId, desk, go, ask, actions, allows } = useFiles();
  const { locale } = useManner();
  useCell(desk.revealed);
  const text = doc.content?.text != null && !desk.covers(doc);
  return (
    <div className="flex items-center gap-2 border-border border-b px-2 py-1.5 text-muted-foreground text-xs">
      <Button
        size="icon-sm"
        variant="ghost"
        className="md:hidden"
        aria-label={t("editor.back")}
        onClick={() => go({ file: null, folder: parentOf(doc.path) })}
      >
        <ArrowLeft aria-hidden />
      </Button>
      <span className="min-w-0 flex-1 truncate px-1 font-mono" title={doc.path}>
        {doc.path}
      </span>
      {doc.content ? (
        <span className="flex shrink-0 gap-3 max-sm:hidden">
          <span>{sizeOf(doc.content.size, locale)}</span>
          <Ago at={doc.content.changedAt} />
        </span>
      ) : null}
      {writes ? null : <Badge>{t("editor.readOnly")}</Badge>}
      {allows("file:download") ? (
        <Button size="xs" variant="ghost" asChild>
          <a href={fileAddress(botId, doc.path)} download aria-label={t("do.download")} title={t("do.download")}>
            <Download aria-hidden />
          </a>
        </Button>
      ) : null}
      {text ? (
        <Button
          size="xs"
          variant="ghost"
          aria-label={t("do.history")}
          onClick={() => ask({ what: "history", path: doc.path })}
        >
          <History aria-hidden />
          <span className="max-sm:hidden">{t("do.history")}</span>
        </Button>
      ) : null}
      {text && writes ? (
        <Button
          size="xs"
          pending={doc.saving}
          disabled={!doc.dirty}
          title={t("editor.saveKeys")}
          onClick={() => void actions.save(doc.key)}
        >
          {doc.saving ? null : <Save aria-hidden />}
          {t(doc.saving ? "editor.saving" : "editor.save")}
        </Button>
      ) : null}
    </div>
  );
}

function DocBody({ doc, writes, onClose }: { doc: Doc; writes: boolean; onClose: (path: string) => void }) {
  const t = useTranslations("files");
  const say = useFailureText();
  const { desk } = useFiles();
  useCell(desk.revealed);
  const name = nameOf(doc.path);
  if (doc.failure !== null && !doc.dirty) {
    return (
      <EmptyState
        className="m-4 border-0"
        role="alert"
        icon={<CircleAlert aria-hidden />}
        title={t("editor.failed", { name })}
        description={say(doc.failure)}
      >
        <div className="flex gap-2">
          <Button size="sm" variant="outline" onClick={() => void desk.read(doc.key)}>
            {t("again")}
          </Button>
          <Button size="sm" variant="outline" onClick={() => onClose(doc.path)}>
            {t("editor.close")}
          </Button>
        </div>
      </EmptyState>
    );
  }
  if (!doc.content) {
    return (
      <p role="status" className="p-4 text-muted-foreground text-sm">
        {t("editor.loading")}
      </p>
    );
  }
  if (doc.content.text === null) return <PlainView content={doc.content} />;
  const less = desk.covers(doc) ? covered(doc.path, doc.content.text) : null;
  if (less !== null) return <CoveredView name={name} text={less} onShow={() => desk.reveal(doc.key)} />;
  return <LazyEditor key={doc.key} desk={desk} doc={doc} writes={writes} />;
}
