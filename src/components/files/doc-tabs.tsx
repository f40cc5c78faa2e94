"use client";

import { FolderOpen, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { cn } from "#client/class-names";
import { useCell } from "../live/use-live";
import { useFiles } from "./context";
import { FileIcon } from "./file-icon";
import { nameOf, parentOf } from "./paths";

const tab =
  "flex shrink-0 items-center border-border border-r text-[13px] text-muted-foreground data-[here=true]:bg-field data-[here=true]:text-foreground data-[here=true]:shadow-[inset_0_2px_0_var(--accent-edge)]";
const press =
  "flex h-9 cursor-pointer items-center gap-1.5 pl-3 outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset";

/** The folder and the files that are open; a dot marks what is not saved. */
export function DocTabs({ onClose }: { onClose: (path: string) => void }) {
  const t = useTranslations("files.tabs");
  const { desk, place, go } = useFiles();
  const docs = useCell(desk.docs);
  const strip = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file came to the front
  useEffect(() => {
    strip.current?.querySelector("[data-here=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [place.file]);
  if (docs.length === 0) return null;
  return (
    <nav
      ref={strip}
      aria-label={t("label")}
      className="flex shrink-0 overflow-x-auto border-border border-b bg-card scrollbar-none"
    >
      <span className={tab} data-here={place.file === null}>
        <button
          type="button"
          className={cn(press, "pr-3")}
          aria-current={place.file === null ? "page" : undefined}
          onClick={() => go({ file: null })}
        >
          <FolderOpen aria-hidden className="size-4 text-link" />
          <span className="max-w-40 truncate">{place.folder === "" ? t("folder") : nameOf(place.folder)}</span>
        </button>
      </span>
      {docs.map((doc) => {
        const name = nameOf(doc.path);
        const twin = docs.some((other) => other.key !== doc.key && nameOf(other.path) === name);
        return (
          <span key={doc.key} className={cn(tab, "group")} data-here={place.file === doc.path}>
            <button
              type="button"
              className={cn(press, "pr-1")}
              title={doc.path}
              aria-current={place.file === doc.path ? "page" : undefined}
              aria-label={doc.dirty ? t("unsaved", { name }) : undefined}
              onClick={() => go({ file: doc.path, folder: parentOf(doc.path) })}
              onAuxClick={(event) => event.button === 1 && onClose(doc.path)}
            >
              <FileIcon name={name} kind="file" />
              <span className="max-w-48 truncate">{name}</span>
              {twin ? <span className="max-w-24 truncate text-xs opacity-80">{parentOf(doc.path)}</span> : null}
              {doc.dirty ? <span aria-hidden className="size-2 rounded-full bg-waiting-dot" /> : null}
            </button>
            <button
              type="button"
              aria-label={t("close", { name })}
              className="mr-1 flex size-6 cursor-pointer items-center justify-center rounded outline-none hover:bg-secondary hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
              onClick={() => onClose(doc.path)}
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        );
      })}
    </nav>
  );
}
