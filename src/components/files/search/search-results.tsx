"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type RefObject, useId, useMemo, useState } from "react";
import { cn } from "#client/class-names";
import type { LineHit } from "#contracts/file-search";
import { useCell } from "../../live/use-live";
import { useFiles } from "../context";
import { FileIcon } from "../file-icon";
import { nameOf, parentOf } from "../paths";
import { type FileHunt, type HuntRow, rowsOf } from "./hunt";

const ROW = 26;

/** What was found, by file; only what is in sight is drawn. */
export function SearchResults({ box, hunt }: { box: RefObject<HTMLDivElement | null>; hunt: FileHunt }) {
  const t = useTranslations("files.search");
  const { desk, openAt, place } = useFiles();
  const { searching } = desk;
  const folded = useCell(searching.folded);
  const id = useId();
  const [at, setAt] = useState(0);
  const rows = useMemo(() => rowsOf(hunt.files, folded), [hunt.files, folded]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const cursor = Math.min(at, rows.length - 1);

  const open = ({ file, hit }: HuntRow) => {
    if (!hit) return searching.fold(file.path);
    openAt(file.path, { line: hit.line, column: hit.column, length: hit.end - hit.start });
    // Where there is no room for both, the file takes the place of the search.
    if (window.matchMedia("(max-width: 47.99rem)").matches) searching.open.set(false);
  };
  const step = (to: number) => {
    const index = Math.max(0, Math.min(to, rows.length - 1));
    setAt(index);
    virtual.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[cursor];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW) / ROW) - 1);
    const head = rows.findIndex(({ file, hit }) => hit === null && file.path === row.file.path);
    const to = new Map([
      ["ArrowDown", cursor + 1],
      ["ArrowUp", cursor - 1],
      ["PageDown", cursor + page],
      ["PageUp", cursor - page],
      ["Home", 0],
      ["End", rows.length - 1],
      ["ArrowLeft", head],
    ]).get(event.key);
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      searching.fold(row.file.path, event.key === "ArrowLeft");
    } else if (event.key === "Enter") open(row);
    else if (to === undefined) return;
    event.preventDefault();
    if (to !== undefined) step(to);
  };
  if (rows.length === 0) {
    return hunt.state === "done" ? (
      <p className="p-3 text-muted-foreground text-xs">{t(hunt.words.everywhere ? "none" : "noneHere")}</p>
    ) : null;
  }
  const items = virtual.getVirtualItems();
  return (
    <div
      ref={box}
      role="tree"
      aria-label={t("results")}
      tabIndex={0}
      aria-activedescendant={items.some(({ index }) => index === cursor) ? `${id}-${cursor}` : undefined}
      onKeyDown={onKeyDown}
      className="group min-h-0 flex-1 overflow-y-auto overflow-x-hidden outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const { file, hit } = row;
          return (
            <div
              key={index}
              id={`${id}-${index}`}
              role="treeitem"
              tabIndex={-1}
              aria-level={hit ? 2 : 1}
              aria-expanded={hit ? undefined : !folded.has(file.path)}
              aria-selected={index === cursor}
              aria-current={hit === null && file.path === place.file ? "true" : undefined}
              onClick={() => {
                setAt(index);
                open(row);
              }}
              onKeyDown={undefined}
              className={cn(
                "absolute inset-x-1 top-0 flex cursor-pointer items-center gap-1.5 rounded-md pr-2 text-xs hover:bg-secondary",
                index === cursor &&
                  "group-focus:bg-accent-soft group-focus-visible:ring-1 group-focus-visible:ring-ring",
              )}
              style={{ height: ROW, transform: `translateY(${start}px)` }}
            >
              {hit ? <Line hit={hit} /> : <File row={row} folded={folded.has(file.path)} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function File({ row: { file }, folded }: { row: HuntRow; folded: boolean }) {
  const t = useTranslations("files.search");
  const { path, hits, more } = file;
  return (
    <>
      <ChevronRight
        aria-hidden
        className={cn("ml-1 size-3.5 shrink-0 text-muted-foreground transition-transform", !folded && "rotate-90")}
      />
      <FileIcon name={nameOf(path)} kind="file" />
      <span className="min-w-0 flex-1 truncate" title={path}>
        <span className="font-medium">{nameOf(path)}</span>
        <span className="pl-1.5 text-muted-foreground">{parentOf(path)}</span>
      </span>
      <span className="shrink-0 text-muted-foreground tabular-nums">
        {t(more ? "linesMore" : "lines", { count: hits.length })}
      </span>
    </>
  );
}

function Line({ hit: { line, text, start, end } }: { hit: LineHit }) {
  // What stands before is shortened first: what was found must be in sight.
  const before = text.slice(0, start).trimStart();
  const shown = before.length > 24 ? `…${before.slice(-23)}` : before;
  return (
    <>
      <span className="w-11 shrink-0 text-right text-muted-foreground tabular-nums">{line}</span>
      <span className="min-w-0 flex-1 truncate whitespace-pre font-mono" title={text}>
        {shown}
        <mark className="rounded-sm bg-waiting-soft text-waiting outline outline-waiting-dot/60">
          {text.slice(start, end)}
        </mark>
        {text.slice(end)}
      </span>
    </>
  );
}
