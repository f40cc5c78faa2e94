"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { bytes } from "#client/format";
import { Button } from "../../ui/button";
import { DropZone } from "./drop-zone";
import { type Picked, sizeOf } from "./picked-files";
import type { Choice } from "./use-import";

/** As many as one upload may announce (importRequest). */
const MOST_FILES = 5_000;
const LISTED = 6;

/** Files of a bot from this device: pick or drop, look them over, send. */
export function UploadForm({ onChoose }: { onChoose: (choice: Choice) => void }) {
  const t = useTranslations("newBot.upload");
  const [picked, setPicked] = useState<Picked | null>(null);
  if (!picked) return <DropZone onPicked={setPicked} />;
  const { files, leftOut } = picked;
  const wrong =
    files.length === 0
      ? t("nothing")
      : files.length > MOST_FILES
        ? t("tooMany", { count: files.length, limit: MOST_FILES })
        : null;
  return (
    <div className="flex max-w-xl flex-col gap-4">
      <div className="rounded-xl border border-border bg-card p-4">
        <p className="font-medium">{t("picked", { count: files.length, size: bytes(sizeOf(files)) })}</p>
        <ul className="mt-2 flex flex-col gap-1 font-mono text-muted-foreground text-xs">
          {files.slice(0, LISTED).map(({ path, file }) => (
            <li key={path} className="flex justify-between gap-4">
              <span className="truncate" dir="auto">
                {path}
              </span>
              <span className="shrink-0">{bytes(file.size)}</span>
            </li>
          ))}
          {files.length > LISTED ? <li>{t("andMore", { count: files.length - LISTED })}</li> : null}
        </ul>
        {leftOut > 0 ? <p className="mt-2 text-muted-foreground text-xs">{t("leftOut", { count: leftOut })}</p> : null}
      </div>
      {wrong ? (
        <p role="alert" className="text-danger text-sm">
          {wrong}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button disabled={wrong !== null} onClick={() => onChoose({ kind: "upload", files })}>
          {t("submit")}
        </Button>
        <Button variant="ghost" onClick={() => setPicked(null)}>
          {t("clear")}
        </Button>
      </div>
    </div>
  );
}
