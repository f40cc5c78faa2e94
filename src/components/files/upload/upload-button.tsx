"use client";

import { FileUp, FolderUp, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { chooseFiles } from "#client/dropped";
import { Button } from "../../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu";
import { useFiles } from "../context";
import { startUpload } from "./uploads";

/** Uploads files, or a whole folder, into a folder; nothing for whoever may not. */
export function UploadButton({ folder }: { folder: string }) {
  const t = useTranslations("upload");
  const { botId, allows } = useFiles();
  if (!allows("file:upload")) return null;
  const choose = (what: "files" | "folder") =>
    void chooseFiles(what).then((picked) => {
      if (picked.files.length > 0) startUpload({ botId, to: folder, mayOverwrite: allows("file:write") }, picked);
    });
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="sm" variant="outline">
          <Upload aria-hidden />
          <span className="max-sm:sr-only">{t("button")}</span>
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => choose("files")}>
          <FileUp aria-hidden />
          {t("files")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => choose("folder")}>
          <FolderUp aria-hidden />
          {t("folder")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
