"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { exact } from "#client/format";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { type FileVersion, HISTORY_LENGTH } from "#contracts/files";
import { Ago, useManner } from "../live/time";
import { Button } from "../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import { useFiles } from "./context";
import type { Doc } from "./docs";
import { LazyDiff } from "./lazy-monaco";
import { nameOf } from "./paths";
import { sizeOf } from "./size";

/** Earlier contents of an open file: compare one with what is in the editor, bring it back. */
export function HistoryDialog({ doc, onClose }: { doc: Doc; onClose: () => void }) {
  const t = useTranslations("files.history");
  const say = useFailureText();
  const manner = useManner();
  const { botId, desk, actions, allows } = useFiles();
  const { path } = doc;
  const [picked, setPicked] = useState<FileVersion | null>(null);
  const [pending, setPending] = useState(false);
  const list = useQuery({
    queryKey: keys.history(botId, path),
    queryFn: () => client.files.history({ botId, path }),
    staleTime: 0,
  });
  const versions = list.data?.versions ?? [];
  const version = picked ?? versions[0] ?? null;
  const text = useQuery({
    queryKey: keys.version(botId, path, version?.id ?? ""),
    queryFn: () => client.files.version({ botId, path, versionId: version?.id ?? "" }),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const name = nameOf(path);
  const now = desk.draft(doc.key)?.take().text ?? doc.content?.text ?? "";
  const failure = list.error ?? text.error;
  const restore = async (then: FileVersion, earlier: string) => {
    setPending(true);
    const draft = desk.draft(doc.key);
    // As an edit, so that what is there now is one undo away.
    draft?.put(earlier, false);
    if (draft && (await actions.save(doc.key))) {
      toast.success(t("restored", { name, when: exact(then.at, manner) }), { id: `saved/${doc.key}` });
    }
    onClose();
  };
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent className="flex h-[calc(100dvh-2rem)] max-w-5xl flex-col">
        <DialogHeader>
          <DialogTitle className="wrap-anywhere">{t("title", { name })}</DialogTitle>
          <DialogDescription>{t("intro", { count: HISTORY_LENGTH })}</DialogDescription>
        </DialogHeader>
        {failure ? (
          <p role="alert" className="text-danger text-sm">
            {say(failure)}
          </p>
        ) : !list.data ? (
          <Skeleton className="h-24 w-full" />
        ) : versions.length === 0 ? (
          <EmptyState icon={<History aria-hidden />} title={t("none")} description={t("noneHint")} />
        ) : (
          <div className="grid min-h-0 flex-1 grid-rows-[auto_minmax(0,1fr)] gap-3 md:grid-cols-[13rem_minmax(0,1fr)] md:grid-rows-1">
            <ul aria-label={t("versions")} className="flex gap-1 overflow-auto md:flex-col">
              {versions.map((one) => (
                <li key={one.id} className="shrink-0">
                  <button
                    type="button"
                    aria-pressed={one.id === version?.id}
                    onClick={() => setPicked(one)}
                    className="w-full cursor-pointer rounded-md px-2.5 py-1.5 text-left outline-none hover:bg-secondary focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset aria-pressed:bg-accent-soft"
                  >
                    <span className="block text-sm">
                      <Ago at={one.at} />
                    </span>
                    <span className="block text-muted-foreground text-xs">{t("by", { author: one.author })}</span>
                    <span className="block text-muted-foreground text-xs">{sizeOf(one.bytes, manner.locale)}</span>
                  </button>
                </li>
              ))}
            </ul>
            <div className="flex min-h-0 min-w-0 flex-col gap-1.5">
              <p className="text-muted-foreground text-xs">{t("legend")}</p>
              <div className="min-h-0 flex-1 overflow-hidden rounded-lg border border-border bg-field">
                {text.data ? <LazyDiff path={path} before={text.data.text} after={now} /> : null}
              </div>
            </div>
          </div>
        )}
        {version && text.data && allows("file:write") ? (
          <DialogFooter>
            <Button
              pending={pending}
              disabled={text.data.text === now}
              onClick={() => void restore(version, text.data.text)}
            >
              {t("restore")}
            </Button>
          </DialogFooter>
        ) : null}
      </DialogContent>
    </Dialog>
  );
}
