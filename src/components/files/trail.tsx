"use client";

import { ChevronRight, House } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { cn } from "#client/class-names";
import { useFiles } from "./context";
import { useDrag } from "./drag";
import { nameOf, trailOf } from "./paths";
import { nothing } from "./selection";

/** The way down to the folder looked at; each step leads there, and takes what is dropped on it. */
export function Trail() {
  const t = useTranslations("files");
  const { place, go, select } = useFiles();
  const drag = useDrag();
  const trail = trailOf(place.folder);
  return (
    <nav
      aria-label={t("way")}
      className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto text-sm scrollbar-none"
    >
      {trail.map((path, index) => (
        <Fragment key={path}>
          {index > 0 ? <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted-foreground" /> : null}
          <button
            type="button"
            aria-current={index === trail.length - 1 ? "location" : undefined}
            onClick={() => {
              select(nothing);
              go({ folder: path, file: null });
            }}
            {...drag.target(path)}
            className={cn(
              "flex shrink-0 cursor-pointer items-center gap-1.5 rounded-md px-1.5 py-1 text-muted-foreground outline-none hover:bg-secondary hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset aria-[current=location]:font-medium aria-[current=location]:text-foreground",
              drag.over === path && "bg-accent-soft text-link",
            )}
          >
            {index === 0 ? <House aria-hidden className="size-4" /> : null}
            {index === 0 ? <span className={cn(trail.length > 1 && "sr-only")}>{t("home")}</span> : nameOf(path)}
          </button>
        </Fragment>
      ))}
    </nav>
  );
}
