"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useState } from "react";
import { cn } from "#client/class-names";
import { Refused } from "../bots/bot/refused";
import { useThisBot } from "../bots/bot/this-bot";
import { LogFrame } from "../console/log-frame";
import { useCell } from "../live/use-live";
import { useReturn } from "../live/use-return";
import { type Ask, type Clipboard, FilesProvider } from "./context";
import { deskOf } from "./desk";
import { ConflictDialog, FilesDialogs } from "./dialogs";
import { DocTabs } from "./doc-tabs";
import { DocView } from "./doc-view";
import { DockPanel } from "./dock/dock-panel";
import { docAt } from "./docs";
import { FileTree } from "./file-tree";
import { FolderList } from "./folder-list";
import { byName } from "./folders";
import { HiddenNote } from "./hidden-note";
import { parentOf, trailOf } from "./paths";
import { QuotaWarning } from "./quota-warning";
import { SearchPanel } from "./search/search-panel";
import { nothing, type Selection } from "./selection";
import { TokenWarning } from "./token-warning";
import { FolderBar, TreeBar } from "./toolbar";
import { DropArea } from "./upload/drop-area";
import { useUploads } from "./upload/use-uploads";
import { Usage } from "./usage";
import { type Conflict, useActions } from "./use-actions";
import { readPlace, useAddress } from "./use-address";
import { useFront } from "./use-front";
import { useShortcuts } from "./use-shortcuts";

/** A bot's files: the tree beside a folder or the files that are open. */
export function FilesPanel() {
  const { allows } = useThisBot();
  return allows("file:list") ? <Files /> : <Refused code="not_allowed" values={{}} />;
}

function Files() {
  const t = useTranslations("files");
  const { view, connection, allows } = useThisBot();
  const desk = useMemo(() => deskOf(view.id), [view.id]);
  const held = useCell(desk.folders.held);
  const [place, go] = useAddress(desk);
  const [selection, select] = useState<Selection>(nothing);
  const [clipboard, setClipboard] = useState<Clipboard | null>(null);
  const [open, ask] = useState<Ask>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const actions = useActions(desk, setConflict);

  useUploads(view.id, { upload: allows("file:upload"), overwrite: allows("file:write") });
  // Whoever comes back to the tab finds it as it was left.
  useEffect(() => {
    if (window.location.search === "" && desk.place !== "") go(readPlace(new URLSearchParams(desk.place)), "replace");
  }, [desk, go]);
  const doc = useFront(desk, place, go);
  useEffect(() => {
    for (const folder of trailOf(place.folder)) {
      desk.toggle(folder, true);
      desk.folders.want(byName(folder));
    }
  }, [desk, place.folder]);

  const again = useCallback(() => {
    void desk.folders.allAgain();
    for (const { key, dirty } of desk.docs.get()) if (!dirty) void desk.read(key);
  }, [desk]);
  useReturn(again);
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && again();
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [again]);

  useShortcuts(desk, ask);
  const searches = useCell(desk.searching.open) && allows("file:read");

  const closeNow = (path: string) => {
    const closing = docAt(desk.docs.get(), path);
    if (closing) desk.close(closing.key);
  };
  const close = (path: string) => (docAt(desk.docs.get(), path)?.dirty ? ask({ what: "leave", path }) : closeNow(path));

  return (
    <FilesProvider
      value={{
        botId: view.id,
        desk,
        held,
        place,
        go,
        openAt: (path, spot) => {
          desk.aim.set({ path, ...spot });
          go({ file: path, folder: parentOf(path) });
        },
        selection,
        select,
        clipboard,
        setClipboard,
        ask,
        actions,
        allows,
      }}
    >
      <LogFrame tall label={t("label", { name: view.name })}>
        {connection.state === "lost" ? (
          <p role="status" className="border-border border-b bg-waiting-soft px-3 py-1.5 text-waiting text-xs">
            {t("away")}
          </p>
        ) : null}
        <QuotaWarning />
        <TokenWarning />
        <HiddenNote about="files" className="border-border border-b px-3 py-1.5" />
        <div className="flex min-h-0 flex-1">
          {searches ? (
            <div className="flex w-80 shrink-0 flex-col border-border border-r max-md:w-full xl:w-96">
              <SearchPanel />
            </div>
          ) : (
            <div className="flex w-60 shrink-0 flex-col border-border border-r max-md:hidden xl:w-68">
              <TreeBar />
              <FileTree />
              <Usage />
            </div>
          )}
          <div className={cn("flex min-h-0 min-w-0 flex-1 flex-col", searches && "max-md:hidden")}>
            <DocTabs onClose={close} />
            {doc ? (
              <div className="min-h-0 flex-1">
                <DocView key={doc.key} doc={doc} onClose={close} />
              </div>
            ) : (
              <>
                <div className="md:hidden">
                  <TreeBar />
                </div>
                <FolderBar />
                <DropArea>
                  <FolderList />
                </DropArea>
              </>
            )}
          </div>
        </div>
        <DockPanel botId={view.id} />
      </LogFrame>
      <FilesDialogs open={open} onClosed={closeNow} />
      {conflict ? <ConflictDialog conflict={conflict} onClose={() => setConflict(null)} /> : null}
    </FilesProvider>
  );
}
