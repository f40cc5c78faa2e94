"use client";

import { UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useFiles } from "../context";
import { nameOf } from "../paths";
import { useDropArea } from "./use-uploads";

/** The folder looked at, as a place to drop files from the desktop on. */
export function DropArea({ children }: { children: ReactNode }) {
  const t = useTranslations("upload");
  const files = useTranslations("files");
  const { folder } = useFiles().place;
  const { over, area } = useDropArea(folder);
  return (
    // Dropping has no keyboard form: the button above is its equal.
    <div className="relative min-h-0 flex-1 bg-field" {...area}>
      {children}
      {over ? (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-end justify-center rounded-lg border-2 border-accent-line border-dashed bg-accent-soft pb-6">
          <p className="flex items-center gap-2 rounded-lg border border-border bg-popover px-4 py-2 font-medium text-sm shadow-lg">
            <UploadCloud aria-hidden className="size-4 text-link" />
            {t("drop", { folder: folder === "" ? files("rootName") : nameOf(folder) })}
          </p>
        </div>
      ) : null}
    </div>
  );
}
