"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useCell } from "../../live/use-live";
import type { Desk } from "../desk";
import type { Doc } from "../docs";
import { nameOf } from "../paths";
import { draftOf } from "./drafts";
import { optionsOf } from "./options";
import { editor } from "./setup";
import { useEditorTheme } from "./use-theme";

/** The text of one open file. For another file, another key: undo, cursor and scroll are kept with its draft. */
export default function CodeEditor({ desk, doc, writes }: { desk: Desk; doc: Doc; writes: boolean }) {
  const t = useTranslations("files.editor");
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef<editor.IStandaloneCodeEditor | null>(null);
  const first = useRef(doc);
  useEditorTheme();
  useEffect(() => {
    if (!box.current) return;
    const narrow = window.matchMedia("(max-width: 47.99rem)").matches;
    const draft = draftOf(desk, first.current);
    const view = editor.create(box.current, { ...optionsOf(narrow), model: draft.model });
    view.restoreViewState(draft.view);
    if (!narrow) view.focus();
    shown.current = view;
    return () => {
      draft.view = view.saveViewState();
      shown.current = null;
      view.dispose();
    };
  }, [desk]);
  const aim = useCell(desk.aim);
  useEffect(() => {
    const view = shown.current;
    if (!view || aim?.path !== doc.path) return;
    desk.aim.set(null);
    const { line, column = 1, length = 0 } = aim;
    const spot = { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column + length };
    view.setSelection(spot);
    view.revealRangeInCenter(spot);
    view.focus();
  }, [desk, doc.path, aim]);
  const label = t("label", { name: nameOf(doc.path) });
  useEffect(() => {
    shown.current?.updateOptions({ readOnly: !writes, ariaLabel: label });
    draftOf(desk, doc);
  }, [desk, doc, writes, label]);
  return <div ref={box} className="h-full" />;
}
