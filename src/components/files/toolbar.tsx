"use client";

import {
  Cable,
  CloudDownload,
  CornerLeftUp,
  FilePlus2,
  FileSearch,
  FolderPlus,
  RefreshCw,
  Search,
  Trash2,
  X,
} from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import { Tooltip, TooltipContent, TooltipProvider, TooltipTrigger } from "../ui/tooltip";
import { MenuButton } from "./command-menu";
import { useFiles } from "./context";
import { parentOf } from "./paths";
import { nothing } from "./selection";
import { Trail } from "./trail";
import { UploadButton } from "./upload/upload-button";
import { useCommands } from "./use-commands";
import { openSearch } from "./use-shortcuts";

/** Above the folder: the way to it, and what can be done in it; when something is chosen, what can be done with that. */
export function FolderBar() {
  const t = useTranslations("files");
  const { place, go, ask, allows, selection } = useFiles();
  const { folder } = place;
  return (
    <div className="flex min-h-12 items-center gap-1 border-border border-b bg-card px-2 py-1.5">
      {selection.paths.size > 1 ? (
        <SelectionBar />
      ) : (
        <>
          {folder === "" ? null : (
            <IconButton label={t("do.up")} onClick={() => go({ folder: parentOf(folder), file: null })}>
              <CornerLeftUp aria-hidden />
            </IconButton>
          )}
          <Trail />
          <UploadButton folder={folder} />
          {allows("file:create") ? (
            <>
              <Button size="sm" variant="outline" onClick={() => ask({ what: "newFile", folder })}>
                <FilePlus2 aria-hidden />
                <span className="max-sm:sr-only">{t("do.newFile")}</span>
              </Button>
              <IconButton label={t("do.newFolder")} onClick={() => ask({ what: "newFolder", folder })}>
                <FolderPlus aria-hidden />
              </IconButton>
            </>
          ) : null}
          {allows("file:upload") ? (
            <IconButton label={t("do.pull")} onClick={() => ask({ what: "pull", folder })}>
              <CloudDownload aria-hidden />
            </IconButton>
          ) : null}
          <MenuButton label={t("moreSelected")} />
        </>
      )}
    </div>
  );
}

function SelectionBar() {
  const t = useTranslations("files");
  const { selection, select } = useFiles();
  const commands = useCommands().filter(({ name }) => ["downloadZip", "copy", "cut", "delete"].includes(name));
  return (
    <>
      <span role="status" className="flex-1 px-2 text-sm">
        {t("selected", { count: selection.paths.size })}
      </span>
      {commands.map(({ name, icon: Icon, run, destructive }) => (
        <Button
          key={name}
          size="sm"
          variant="outline"
          className={destructive ? "text-danger" : undefined}
          onClick={run}
        >
          <Icon aria-hidden />
          <span className="max-sm:sr-only">{t(`do.${name}`)}</span>
        </Button>
      ))}
      <MenuButton label={t("moreSelected")} />
      <IconButton label={t("clear")} onClick={() => select(nothing)}>
        <X aria-hidden />
      </IconButton>
    </>
  );
}

/** Above the tree: what concerns all files of the bot. */
export function TreeBar() {
  const t = useTranslations("files");
  const sftp = useTranslations("sftp");
  const { ask, desk, allows } = useFiles();
  return (
    <div className="flex min-h-12 shrink-0 items-center gap-0.5 border-border border-b px-2 py-1.5">
      <h2 className="flex-1 px-1 font-medium text-sm">{t("home")}</h2>
      <IconButton label={t("do.quick")} keys="Ctrl P" onClick={() => ask({ what: "quick" })}>
        <FileSearch aria-hidden />
      </IconButton>
      {allows("file:read") ? (
        <IconButton label={t("do.search")} keys="Ctrl Shift F" onClick={() => openSearch(desk)}>
          <Search aria-hidden />
        </IconButton>
      ) : null}
      <IconButton label={t("do.refresh")} onClick={() => void desk.folders.allAgain()}>
        <RefreshCw aria-hidden />
      </IconButton>
      <IconButton label={t("do.trash")} onClick={() => ask({ what: "trash" })}>
        <Trash2 aria-hidden />
      </IconButton>
      {allows("file:sftp") ? (
        <IconButton label={sftp("open")} onClick={() => ask({ what: "sftp" })}>
          <Cable aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}

function IconButton({
  label,
  keys,
  onClick,
  children,
}: {
  label: string;
  keys?: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <TooltipProvider delayDuration={400}>
      <Tooltip>
        <TooltipTrigger asChild>
          <Button size="icon-sm" variant="ghost" aria-label={label} onClick={onClick}>
            {children}
          </Button>
        </TooltipTrigger>
        <TooltipContent>
          {label}
          {keys ? <kbd className="pl-2 font-sans text-muted-foreground">{keys}</kbd> : null}
        </TooltipContent>
      </Tooltip>
    </TooltipProvider>
  );
}
