"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "../ui/dialog";
import { CodeInput } from "../ui/input";
import { useFiles } from "./context";
import { FileIcon } from "./file-icon";
import { join, nameOf, parentOf } from "./paths";
import { best } from "./quick";
import { useNamed } from "./use-named";

const SHOWN = 50;

/** Goes to a file by some letters of its path: among all of the bot, and until those are here among the folders that were looked at. */
export function QuickDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("files.quick");
  const { botId, held, go } = useFiles();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const paths = useMemo(() => {
    const files = new Set<string>();
    for (const { order, pages } of held.values()) {
      for (const page of pages.values()) {
        for (const entry of page)
          if (entry.kind === "file" && !entry.unnamable) files.add(join(order.path, entry.name));
      }
    }
    return files;
  }, [held]);
  const { names, done } = useNamed(botId, typed.trim(), SHOWN);
  const found = useMemo(() => {
    const near = best(paths, typed, SHOWN);
    // Of two answers for the same letters the one that saw all files counts, as soon as it found some or has seen them all.
    const far = names?.map(({ path, marks }) => ({ path, marks }));
    return far && (far.length > 0 || done) ? far : near.map((path) => ({ path, marks: [] }));
  }, [paths, typed, names, done]);
  const open = (path: string | undefined) => {
    if (path === undefined) return;
    go({ file: path, folder: parentOf(path) });
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.min(Math.max(at + step, 0), Math.max(0, found.length - 1)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(found[at]?.path);
    }
  };
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <Dialog open onOpenChange={(next) => (next ? undefined : onClose())}>
      <DialogContent className="top-24 translate-y-0 gap-3 p-4">
        <DialogHeader>
          <DialogTitle className="text-base">{t("title")}</DialogTitle>
          <DialogDescription>{t("intro")}</DialogDescription>
        </DialogHeader>
        <CodeInput
          role="combobox"
          aria-label={t("placeholder")}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
          placeholder={t("placeholder")}
          value={typed}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
        />
        {found.length === 0 ? (
          <p role="status" className="px-1 py-3 text-muted-foreground text-sm">
            {t(typed.trim() === "" || done ? "none" : "searching")}
          </p>
        ) : null}
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-label={t("results")}
          className="max-h-80 overflow-y-auto"
          hidden={found.length === 0}
        >
          {found.map(({ path, marks }, index) => (
            <div
              key={path}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onClick={() => open(path)}
              onKeyDown={undefined}
              className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm hover:bg-secondary aria-selected:bg-accent-soft"
            >
              <FileIcon name={nameOf(path)} kind="file" />
              <span className="shrink-0 truncate">
                <Marked text={nameOf(path)} first={path.length - nameOf(path).length} marks={marks} />
              </span>
              <span className="truncate text-muted-foreground text-xs">{parentOf(path)}</span>
            </div>
          ))}
        </div>
      </DialogContent>
    </Dialog>
  );
}

/** A part of a path that begins at `first`, with the letters that agree with what was typed. */
function Marked({ text, first, marks }: { text: string; first: number; marks: readonly number[] }) {
  const marked = new Set(marks);
  // Cut where letters that agree begin or end.
  const parts: { text: string; hit: boolean }[] = [];
  for (let index = 0; index < text.length; index++) {
    const hit = marked.has(first + index);
    const last = parts.at(-1);
    if (last?.hit === hit) last.text += text[index];
    else parts.push({ text: text[index] ?? "", hit });
  }
  return parts.map((part, index) => {
    const key = index;
    return part.hit ? (
      <b key={key} className="font-semibold text-link">
        {part.text}
      </b>
    ) : (
      <span key={key}>{part.text}</span>
    );
  });
}
