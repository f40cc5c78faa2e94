"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { languageOf } from "../language";
import { optionsOf } from "./options";
import { editor } from "./setup";
import { useEditorTheme } from "./use-theme";

/** Two texts beside each other (one above the other where it is narrow), what differs marked. To read only. */
export default function DiffView({ path, before, after }: { path: string; before: string; after: string }) {
  const t = useTranslations("files.diff");
  const box = useRef<HTMLDivElement>(null);
  useEditorTheme();
  const [beforeLabel, afterLabel] = [t("before"), t("after")];
  useEffect(() => {
    if (!box.current) return;
    const narrow = window.matchMedia("(max-width: 47.99rem)").matches;
    const original = editor.createModel(before, languageOf(path));
    const modified = editor.createModel(after, languageOf(path));
    const view = editor.createDiffEditor(box.current, {
      ...optionsOf(narrow),
      readOnly: true,
      renderSideBySide: !narrow,
      useInlineViewWhenSpaceIsLimited: true,
      renderSideBySideInlineBreakpoint: 560,
      hideUnchangedRegions: { enabled: true },
      renderOverviewRuler: false,
    });
    // Made by itself, the diff editor would keep it, and what it still compares, past its own end.
    const compared = view.createViewModel({ original, modified });
    view.setModel(compared);
    // The labels of the diff editor itself do not reach what a screen reader reads.
    view.getOriginalEditor().updateOptions({ ariaLabel: beforeLabel });
    view.getModifiedEditor().updateOptions({ ariaLabel: afterLabel });
    return () => {
      view.dispose();
      compared.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [path, before, after, beforeLabel, afterLabel]);
  return <div ref={box} className="h-full" />;
}
