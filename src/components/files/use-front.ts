import { useEffect, useRef } from "react";
import { useCell } from "../live/use-live";
import type { Desk } from "./desk";
import { beside, type Doc, type Docs, docAt } from "./docs";
import { parentOf } from "./paths";
import type { Place } from "./use-address";

/** The file at the front, opened if it is not: the address says which, and follows it when it is moved; when it is closed or gone, the one beside it. */
export function useFront(
  desk: Desk,
  place: Place,
  go: (change: Partial<Place>, how: "replace") => void,
): Doc | undefined {
  const docs = useCell(desk.docs);
  const { file } = place;
  useEffect(() => {
    if (file !== null) desk.show(file);
  }, [desk, file]);

  const doc = docAt(docs, file);
  const last = useRef<{ docs: Docs; doc: Doc } | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = doc ? { docs, doc } : null;
    if (doc || before?.doc.path !== file) return;
    const now = docs.find(({ key }) => key === before.doc.key);
    if (now) return go({ file: now.path, folder: parentOf(now.path) }, "replace");
    const next = beside(before.docs, before.doc.path);
    go({ file: docAt(docs, next) ? next : null }, "replace");
  }, [docs, doc, file, go]);
  return doc;
}
