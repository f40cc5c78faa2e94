"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArchiveRestore, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { TRASH_DAYS, type TrashEntry } from "#contracts/files";
import { Ago, useManner } from "../live/time";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import { useFiles } from "./context";
import { FileIcon } from "./file-icon";
import { nameOf } from "./paths";
import { sizeOf } from "./size";

/** What was deleted: put things back, or empty it for good. */
export function TrashDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("files.trash");
  const say = useFailureText();
  const { botId, actions, allows } = useFiles();
  const queries = useQueryClient();
  const queryKey = keys.trash(botId);
  const { data, error } = useQuery({ queryKey, queryFn: () => client.files.trash({ botId }), staleTime: 0 });
  const [busy, setBusy] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const entries = data?.entries ?? [];

  const run = async (what: string, task: () => Promise<unknown>) => {
    setBusy(what);
    try {
      await task();
    } catch (failure) {
      actions.failed(failure);
    } finally {
      setBusy(null);
      await queries.invalidateQueries({ queryKey });
    }
  };
  const empty = async () => {
    await client.files.purge({ botId });
    const { entries: left } = await client.files.trash({ botId });
    if (left.length > 0) toast.info(t("kept"));
    else toast.success(t("emptied"));
    await queries.invalidateQueries({ queryKey });
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle>{t("title")}</DialogTitle>
          <DialogDescription>{t("intro", { days: TRASH_DAYS })}</DialogDescription>
        </DialogHeader>
        {error ? (
          <p role="alert" className="text-danger text-sm">
            {say(error)}
          </p>
        ) : !data ? (
          <Skeleton className="h-24 w-full" />
        ) : entries.length === 0 ? (
          <EmptyState icon={<Trash2 aria-hidden />} title={t("none")} description={t("noneHint")} />
        ) : (
          <ul aria-label={t("list")} className="-mx-2 max-h-[50dvh] overflow-y-auto">
            {entries.map((entry) => (
              <TrashRow
                key={entry.id}
                entry={entry}
                pending={busy === entry.id}
                onRestore={allows("file:create") ? () => run(entry.id, () => actions.restore([entry.id])) : null}
              />
            ))}
          </ul>
        )}
        {entries.length > 0 && allows("file:delete") ? (
          <DialogFooter>
            <Button variant="destructive" onClick={() => setSure(true)}>
              {t("empty")}
            </Button>
          </DialogFooter>
        ) : null}
        {sure ? (
          <ConfirmDialog
            title={t("sure")}
            body={t("sureBody", { count: entries.length })}
            action={t("empty")}
            destructive
            onConfirm={empty}
            onClose={() => setSure(false)}
          />
        ) : null}
      </DialogContent>
    </Dialog>
  );
}

function TrashRow({
  entry,
  pending,
  onRestore,
}: {
  entry: TrashEntry;
  pending: boolean;
  onRestore: (() => void) | null;
}) {
  const t = useTranslations("files.trash");
  const { locale } = useManner();
  return (
    <li className="flex items-center gap-3 rounded-md px-2 py-1.5 hover:bg-secondary/60">
      <FileIcon name={nameOf(entry.path)} kind={entry.kind} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm" title={entry.path}>
          {entry.path}
        </p>
        <p className="text-muted-foreground text-xs">
          <Ago at={entry.deletedAt} /> · {sizeOf(entry.bytes, locale)}
        </p>
      </div>
      {onRestore ? (
        <Button
          size="sm"
          variant="outline"
          pending={pending}
          aria-label={t("restoreLabel", { path: entry.path })}
          onClick={onRestore}
        >
          {pending ? null : <ArchiveRestore aria-hidden />}
          {t("restore")}
        </Button>
      ) : null}
    </li>
  );
}
