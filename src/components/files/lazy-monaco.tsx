"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";

function Opening() {
  const t = useTranslations("files.editor");
  return (
    <p role="status" className="p-4 text-muted-foreground text-sm">
      {t("loading")}
    </p>
  );
}

/** Monaco comes with the first file that is opened, and never on the server. */
export const LazyEditor = dynamic(() => import("./monaco/code-editor"), { ssr: false, loading: Opening });
export const LazyDiff = dynamic(() => import("./monaco/diff-view"), { ssr: false, loading: Opening });
