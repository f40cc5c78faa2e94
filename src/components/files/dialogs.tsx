"use client";

import { useTranslations } from "next-intl";
import type { OnConflict } from "#contracts/files";
import { useCell } from "../live/use-live";
import { Button } from "../ui/button";
import { ChoiceDialog } from "../ui/choice-dialog";
import { type Ask, useFiles } from "./context";
import { docAt } from "./docs";
import { ExtractDialog } from "./extract-dialog";
import { HistoryDialog } from "./history-dialog";
import { ModeDialog } from "./mode-dialog";
import { NameDialog } from "./name-dialog";
import { PackDialog } from "./pack-dialog";
import { nameOf, parentOf } from "./paths";
import { PullDialog } from "./pull-dialog";
import { QuickDialog } from "./quick-dialog";
import { only } from "./selection";
import { SftpDialog } from "./sftp-dialog";
import { TrashDialog } from "./trash-dialog";
import type { Conflict } from "./use-actions";

/** What is open above the Files tab. */
export function FilesDialogs({ open, onClosed }: { open: Ask; onClosed: (path: string) => void }) {
  const { desk, ask, go, actions, select, allows } = useFiles();
  const docs = useCell(desk.docs);
  useCell(desk.revealed);
  const close = () => ask(null);
  switch (open?.what) {
    case "newFile":
      return (
        <NameDialog
          what="newFile"
          folder={open.folder}
          onName={async (name) => {
            const path = await actions.makeFile(open.folder, name);
            go({ file: path, folder: parentOf(path) });
          }}
          onClose={close}
        />
      );
    case "newFolder":
      return (
        <NameDialog
          what="newFolder"
          folder={open.folder}
          onName={(name) => actions.makeFolder(open.folder, name)}
          onClose={close}
        />
      );
    case "rename":
      return (
        <NameDialog
          what="rename"
          folder={parentOf(open.path)}
          before={nameOf(open.path)}
          onName={async (name) => select(only(await actions.rename(open.path, name)))}
          onClose={close}
        />
      );
    case "pull":
      return (
        <PullDialog
          folder={open.folder}
          overwrites={allows("file:write")}
          onPull={(request) => actions.pull(open.folder, request)}
          onClose={close}
        />
      );
    case "mode": {
      const entry = desk.folders.entryOf(open.path);
      return entry ? (
        <ModeDialog
          name={entry.name}
          mode={entry.mode}
          folder={entry.kind === "folder"}
          onMode={(mode) => actions.setMode(open.path, mode)}
          onClose={close}
        />
      ) : null;
    }
    case "history": {
      const doc = docAt(docs, open.path);
      return doc?.content && !desk.covers(doc) ? <HistoryDialog doc={doc} onClose={close} /> : null;
    }
    case "leave":
      return <LeaveDialog path={open.path} onClosed={onClosed} onClose={close} />;
    case "pack":
      return <PackDialog paths={open.paths} onClose={close} />;
    case "extract":
      return <ExtractDialog path={open.path} onClose={close} />;
    case "trash":
      return <TrashDialog onClose={close} />;
    case "sftp":
      return <SftpDialog onClose={close} />;
    case "quick":
      return <QuickDialog onClose={close} />;
    default:
      return null;
  }
}

/** Before a tab with changes closes. */
function LeaveDialog({
  path,
  onClosed,
  onClose,
}: {
  path: string;
  onClosed: (path: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations("files.leave");
  const { desk, actions } = useFiles();
  const doc = docAt(useCell(desk.docs), path);
  const save = async () => {
    onClose();
    if (doc && (await actions.save(doc.key))) onClosed(path);
  };
  const drop = () => {
    onClose();
    onClosed(path);
  };
  return (
    <ChoiceDialog title={t("title", { name: nameOf(path) })} body={t("body")} onClose={onClose}>
      <Button variant="outline" onClick={drop}>
        {t("drop")}
      </Button>
      <Button onClick={() => void save()}>{t("save")}</Button>
    </ChoiceDialog>
  );
}

/** Something of the same name lies where things should go. */
export function ConflictDialog({ conflict, onClose }: { conflict: Conflict; onClose: () => void }) {
  const t = useTranslations("files.conflict");
  const words = useTranslations("files");
  const { actions, allows } = useFiles();
  const { from, to, copy } = conflict;
  const answer = (how: OnConflict) => {
    onClose();
    void actions.put(from, to, copy, how);
  };
  const overwrites = allows("file:write") && allows("file:delete");
  return (
    <ChoiceDialog
      title={t("title", { count: from.length, name: nameOf(from[0] ?? "") })}
      body={t("body", { folder: to === "" ? words("rootName") : nameOf(to) })}
      cancel={from.length === 1 ? undefined : t("skip")}
      onClose={onClose}
    >
      {overwrites ? (
        <Button variant="destructive" onClick={() => answer("overwrite")}>
          {t("overwrite")}
        </Button>
      ) : null}
      <Button onClick={() => answer("keepBoth")}>{t("keepBoth")}</Button>
    </ChoiceDialog>
  );
}
