// biome-ignore-all lint/a11y/useSemanticElements: rows that stand where they are put cannot be rows of a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stays at the grid, which says where its cursor is
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { cn } from "#client/class-names";
import type { FileEntry, FolderQuery } from "#contracts/files";
import { Ago, useManner } from "../live/time";
import { Checkbox } from "../ui/checkbox";
import { MenuButton, WithMenu } from "./command-menu";
import { useFiles } from "./context";
import { useDrag } from "./drag";
import { FileIcon } from "./file-icon";
import { FolderEmpty, FolderFailed, FolderWaiting } from "./folder-states";
import { entryAt, type Folder, keyOf, type Order, PAGE } from "./folders";
import { lettersOf } from "./mode";
import { join, parentOf } from "./paths";
import { chosen, nothing, toggled } from "./selection";
import { sizeOf } from "./size";
import { between, onControl, type Rows, useRowKeys } from "./use-row-keys";

const ROW = 40;
const columns =
  "grid grid-cols-[1.75rem_minmax(0,1fr)_5rem_2.5rem] items-center gap-2 px-3 sm:gap-4 sm:grid-cols-[1.75rem_minmax(0,1fr)_5.5rem_8rem_2.5rem] xl:grid-cols-[1.75rem_minmax(0,1fr)_6rem_9rem_6.5rem_2.5rem]";

/** One folder, row by row, in the order chosen. */
export function FolderList() {
  const { desk, held, place } = useFiles();
  const [sort, setSort] = useState<Pick<FolderQuery, "order" | "descending">>({ order: "name", descending: false });
  const order = useMemo(() => ({ path: place.folder, ...sort }), [place.folder, sort]);
  const folder = held.get(keyOf(order));
  useEffect(() => desk.folders.want(order), [desk, order]);

  if (folder?.failure != null) return <FolderFailed failure={folder.failure} path={place.folder} />;
  if (!folder?.etag) return <FolderWaiting />;
  if (folder.total === 0) return <FolderEmpty />;
  return <FolderRows key={keyOf(order)} folder={folder} order={order} onSort={setSort} />;
}

function FolderRows({
  folder,
  order,
  onSort,
}: {
  folder: Folder;
  order: Order;
  onSort: (sort: Pick<FolderQuery, "order" | "descending">) => void;
}) {
  const t = useTranslations("files");
  const { desk, go, selection, select, allows } = useFiles();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: folder.total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the folder changed, rows in sight may be missing
  useEffect(() => desk.folders.want(order, first, last), [desk, order, first, last, folder]);

  const pathOf = (entry: FileEntry | undefined) => (entry && !entry.unnamable ? join(order.path, entry.name) : null);
  const places = useMemo(() => {
    const found = new Map<string, number>();
    for (const [number, page] of folder.pages) {
      for (const [index, entry] of page.entries()) found.set(join(order.path, entry.name), number * PAGE + index);
    }
    return found;
  }, [folder, order.path]);
  const rows: Rows = {
    count: folder.total,
    pathAt: (index) => pathOf(entryAt(folder, index)),
    placeOf: (path) => places.get(path) ?? -1,
    page: Math.max(1, Math.floor((box.current?.clientHeight ?? ROW) / ROW) - 1),
    show: (index) => virtual.scrollToIndex(index),
  };
  const open = (path: string) => {
    const kind = desk.folders.entryOf(path)?.kind;
    if (kind === "folder") {
      select(nothing);
      go({ folder: path, file: null });
    }
    if (kind === "file" && allows("file:read")) go({ file: path, folder: parentOf(path) });
  };
  const onKeyDown = useRowKeys(rows, open);
  const drag = useDrag();
  const click = (event: MouseEvent, path: string) => {
    const held = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    select(chosen(selection, path, held, (from, to) => between(rows, from, to)));
    box.current?.focus({ preventScroll: true });
  };
  const cursor = selection.cursor === null ? -1 : rows.placeOf(selection.cursor);

  return (
    <WithMenu>
      <div
        ref={box}
        role="grid"
        aria-label={t("list", { folder: order.path || t("rootName") })}
        aria-rowcount={folder.total + 1}
        aria-multiselectable
        tabIndex={0}
        aria-activedescendant={items.some(({ index }) => index === cursor) ? `${id}-${cursor}` : undefined}
        onKeyDown={onKeyDown}
        className="group h-full select-none overflow-y-auto overflow-x-hidden outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
      >
        <ListHead order={order} onSort={onSort} />
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const entry = entryAt(folder, index);
            const path = pathOf(entry);
            return (
              <div
                key={index}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={path !== null && selection.paths.has(path)}
                data-path={path ?? undefined}
                {...drag.source(path)}
                {...drag.target(entry?.kind === "folder" ? path : null)}
                onClick={(event) => path !== null && click(event, path)}
                onDoubleClick={(event) => path !== null && !onControl(event) && open(path)}
                onKeyDown={undefined}
                className={cn(
                  columns,
                  "absolute inset-x-0 top-0 cursor-default border-border/60 border-b text-sm outline-none hover:bg-secondary/60 aria-selected:bg-accent-soft",
                  index === cursor &&
                    "group-focus-visible:ring-1 group-focus-visible:ring-ring group-focus-visible:ring-inset",
                  path !== null && drag.over === path && "bg-accent-soft ring-1 ring-accent-line ring-inset",
                )}
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                <Cells entry={entry} path={path} onOpen={open} />
              </div>
            );
          })}
        </div>
      </div>
    </WithMenu>
  );
}

function Cells({
  entry,
  path,
  onOpen,
}: {
  entry: FileEntry | undefined;
  path: string | null;
  onOpen: (path: string) => void;
}) {
  const t = useTranslations("files");
  const { selection, select } = useFiles();
  const { locale } = useManner();
  if (!entry) {
    return (
      <span role="gridcell" className="col-start-2 text-muted-foreground">
        {t("waiting")}
      </span>
    );
  }
  const opens = path !== null && (entry.kind === "folder" || entry.kind === "file");
  return (
    <>
      <span role="gridcell" className="flex">
        {path === null ? null : (
          <Checkbox
            aria-label={entry.name}
            tabIndex={-1}
            checked={selection.paths.has(path)}
            onClick={(event) => event.stopPropagation()}
            onCheckedChange={() => select(toggled(selection, path))}
          />
        )}
      </span>
      <span role="gridcell" className="flex min-w-0 items-center gap-2">
        <FileIcon name={entry.name} kind={entry.kind} />
        {opens ? (
          <button
            type="button"
            tabIndex={-1}
            className="min-w-0 cursor-pointer truncate rounded outline-none hover:text-link hover:underline"
            title={entry.name}
            onClick={(event) => {
              if (event.shiftKey || event.ctrlKey || event.metaKey) return;
              event.stopPropagation();
              onOpen(path);
            }}
          >
            {entry.name}
          </button>
        ) : (
          <span className="truncate" title={entry.unnamable ? t("unnamable") : t(`kinds.${entry.kind}`)}>
            {entry.name}
          </span>
        )}
        {entry.to === undefined ? null : (
          <span className="truncate text-muted-foreground text-xs">{t("link", { to: entry.to })}</span>
        )}
      </span>
      <span role="gridcell" className="text-right text-muted-foreground text-xs tabular-nums">
        {entry.kind === "file" ? sizeOf(entry.size, locale) : ""}
      </span>
      <span role="gridcell" className="truncate text-muted-foreground text-xs max-sm:hidden">
        <Ago at={entry.changedAt} />
      </span>
      <span role="gridcell" className="font-mono text-muted-foreground text-xs max-xl:hidden">
        {entry.kind === "link" ? "" : lettersOf(entry.mode)}
      </span>
      <span role="gridcell" className="flex justify-end">
        {path === null ? null : <MenuButton path={path} label={t("more", { name: entry.name })} />}
      </span>
    </>
  );
}

function ListHead({
  order,
  onSort,
}: {
  order: Order;
  onSort: (sort: Pick<FolderQuery, "order" | "descending">) => void;
}) {
  const t = useTranslations("files");
  const head = (what: FolderQuery["order"], className?: string) => {
    const active = order.order === what;
    const Arrow = order.descending ? ArrowDown : ArrowUp;
    return (
      <span
        role="columnheader"
        aria-sort={active ? (order.descending ? "descending" : "ascending") : "none"}
        className={cn("flex min-w-0", className)}
      >
        <button
          type="button"
          // What is largest or newest is what one looks for.
          onClick={() => onSort({ order: what, descending: active ? !order.descending : what !== "name" })}
          className="flex cursor-pointer items-center gap-1 rounded outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
        >
          {t(what)}
          {active ? <Arrow aria-hidden className="size-3" /> : null}
        </button>
      </span>
    );
  };
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-border border-b bg-field">
      <div role="row" aria-rowindex={1} className={cn(columns, "h-9 text-muted-foreground text-xs")}>
        <span role="columnheader">
          <span className="sr-only">{t("clear")}</span>
        </span>
        {head("name")}
        {head("size", "justify-end")}
        {head("changed", "max-sm:hidden")}
        <span role="columnheader" className="max-xl:hidden">
          {t("mode")}
        </span>
        <span role="columnheader">
          <span className="sr-only">{t("actions")}</span>
        </span>
      </div>
    </div>
  );
}
