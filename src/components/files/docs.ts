import type { FileContent } from "#contracts/files";
import { follow, isWithin } from "./paths";

/** A file that is open in a tab. */
export type Doc = {
  /** Stays the same when the file is moved. */
  key: number;
  path: string;
  /** As it was read or saved last; null until it is here. */
  content: FileContent | null;
  failure: unknown;
  /** It was changed here since. */
  dirty: boolean;
  saving: boolean;
  /** A save was refused: what is there by now; "gone": nothing. */
  clash: FileContent | "gone" | null;
};

/** Open files in the order of their tabs. */
export type Docs = readonly Doc[];

export const docAt = (docs: Docs, path: string | null): Doc | undefined => docs.find((doc) => doc.path === path);

/** Opens a tab for a file that has none. */
export function opened(docs: Docs, path: string): Docs {
  if (docAt(docs, path)) return docs;
  const key = Math.max(0, ...docs.map((doc) => doc.key)) + 1;
  return [...docs, { key, path, content: null, failure: null, dirty: false, saving: false, clash: null }];
}

/** The tab that comes to the front when this one closes; null: none is left. */
export function beside(docs: Docs, path: string): string | null {
  const at = docs.findIndex((doc) => doc.path === path);
  return (docs[at + 1] ?? docs[at - 1])?.path ?? null;
}

/** Changes what is known of one file. */
export const changed = (docs: Docs, key: number, what: Partial<Doc>): Docs =>
  docs.map((doc) => (doc.key === key ? { ...doc, ...what } : doc));

/** Tabs go with what was moved or renamed; a tab of what was written over there is gone. */
export function moved(docs: Docs, from: string, to: string): Docs {
  return docs
    .filter((doc) => !isWithin(doc.path, to) || isWithin(doc.path, from))
    .map((doc) => {
      const path = follow(doc.path, from, to);
      return path === null ? doc : { ...doc, path, content: doc.content && { ...doc.content, path } };
    });
}

/** Tabs of what was deleted close, but for those with changes that are nowhere else. */
export const removed = (docs: Docs, path: string): Docs => docs.filter((doc) => doc.dirty || !isWithin(doc.path, path));
