"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type MouseEvent, useEffect, useId, useMemo, useRef } from "react";
import { cn } from "#client/class-names";
import { useCell } from "../live/use-live";
import { WithMenu } from "./command-menu";
import { useFiles } from "./context";
import { useDrag } from "./drag";
import { FileIcon } from "./file-icon";
import { byName } from "./folders";
import { join, parentOf } from "./paths";
import { chosen, only } from "./selection";
import { layOut, placeOf, rowAt, type TreeRow } from "./tree";
import { between, type Rows, rowAbove, useRowKeys } from "./use-row-keys";

const ROW = 28;

/** All folders as far as they are open. Rows are fetched as they come into sight. */
export function FileTree() {
  const t = useTranslations("files");
  const { desk, held, place, go, selection, select, allows } = useFiles();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const open = useCell(desk.open);
  const tree = useMemo(() => layOut(held, open), [held, open]);
  const virtual = useVirtualizer({
    count: tree.count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    paddingStart: 4,
    paddingEnd: 4,
  });
  const items = virtual.getVirtualItems();

  useEffect(() => {
    for (const path of open) desk.folders.want(byName(path));
  }, [desk, open]);
  useEffect(() => {
    for (const { index } of items) {
      const row = rowAt(tree, open, index);
      if (row && !row.entry) desk.folders.want(byName(row.parent), row.index);
    }
  }, [desk, tree, open, items]);

  // Once for each file that comes to the front, as soon as its row is here.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (place.file === null || shown.current === place.file) return;
    const at = placeOf(tree, place.file);
    if (at === -1) return;
    shown.current = place.file;
    virtual.scrollToIndex(at, { align: "auto" });
  }, [tree, place.file, virtual]);

  const rows: Rows = {
    count: tree.count,
    pathAt: (index) => rowAt(tree, open, index)?.path ?? null,
    placeOf: (path) => placeOf(tree, path),
    page: Math.max(1, Math.floor((box.current?.clientHeight ?? ROW) / ROW) - 1),
    show: (index) => virtual.scrollToIndex(index),
  };
  const enter = (path: string) => {
    const kind = desk.folders.entryOf(path)?.kind;
    if (kind === "folder") {
      desk.toggle(path);
      go({ folder: path }, place.file === null ? "push" : "replace");
    } else if (kind === "file" && allows("file:read")) go({ file: path, folder: parentOf(path) });
  };
  const side = (path: string, right: boolean) => {
    const isOpen = open.has(path);
    if (right !== isOpen && desk.folders.entryOf(path)?.kind === "folder") return desk.toggle(path);
    const above = right ? null : rowAbove(path);
    if (above !== null) select(only(above));
  };
  const onKeyDown = useRowKeys(rows, enter, side);
  const drag = useDrag();
  const click = (event: MouseEvent, path: string) => {
    const held = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    select(chosen(selection, path, held, (from, to) => between(rows, from, to)));
    box.current?.focus({ preventScroll: true });
    if (!held.shift && !held.ctrl) enter(path);
  };
  const cursor = selection.cursor === null ? -1 : rows.placeOf(selection.cursor);

  return (
    <WithMenu>
      <div
        ref={box}
        role="tree"
        aria-label={t("tree")}
        aria-multiselectable
        tabIndex={0}
        aria-activedescendant={items.some(({ index }) => index === cursor) ? `${id}-${cursor}` : undefined}
        onKeyDown={onKeyDown}
        {...drag.target("")}
        className={cn(
          "group min-h-0 flex-1 select-none overflow-y-auto overflow-x-hidden outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset",
          drag.over === "" && "bg-accent-soft",
        )}
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rowAt(tree, open, index);
            if (!row) return null;
            return (
              <div
                key={index}
                id={`${id}-${index}`}
                role="treeitem"
                tabIndex={-1}
                aria-level={row.depth + 1}
                aria-setsize={row.total}
                aria-posinset={row.index + 1}
                aria-expanded={row.entry?.kind === "folder" ? row.open : undefined}
                aria-selected={row.path !== null && selection.paths.has(row.path)}
                aria-current={row.path !== null && row.path === place.file ? "true" : undefined}
                data-path={row.path ?? undefined}
                {...drag.source(row.path)}
                {...drag.target(row.entry?.kind === "folder" ? row.path : row.parent)}
                onClick={(event) => row.path !== null && click(event, row.path)}
                onKeyDown={undefined}
                className={cn(
                  "absolute inset-x-1 top-0 flex cursor-pointer items-center gap-1.5 rounded-md pr-2 text-[13px] outline-none hover:bg-secondary",
                  "aria-[current=true]:font-medium aria-[current=true]:text-link aria-selected:bg-accent-soft",
                  index === cursor && "group-focus-visible:ring-1 group-focus-visible:ring-ring",
                  row.entry?.kind === "folder" && drag.over === row.path && "bg-accent-soft ring-1 ring-accent-line",
                )}
                style={{ height: ROW, transform: `translateY(${start}px)`, paddingLeft: 4 + row.depth * 14 }}
              >
                <TreeName row={row} />
              </div>
            );
          })}
        </div>
      </div>
    </WithMenu>
  );
}

function TreeName({ row: { entry, open, parent } }: { row: TreeRow }) {
  const t = useTranslations("files");
  if (!entry) return <span className="pl-5 text-muted-foreground">{t("waiting")}</span>;
  return (
    <>
      <ChevronRight
        aria-hidden
        className={cn(
          "size-3.5 shrink-0 text-muted-foreground transition-transform",
          open && "rotate-90",
          entry.kind !== "folder" && "invisible",
        )}
      />
      <FileIcon name={entry.name} kind={entry.kind} open={open} />
      <span className="truncate" title={join(parent, entry.name)}>
        {entry.name}
      </span>
    </>
  );
}
