"use client";

import {
  CircleAlert,
  CircleCheck,
  CloudDownload,
  FileArchive,
  FolderCheck,
  type LucideIcon,
  PackageOpen,
  Pause,
  Play,
  RotateCcw,
  Upload,
  X,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import { Progress } from "../../ui/progress";
import { nameOf } from "../paths";
import type { DockAct, DockRow } from "./dock";
import { useRowWords } from "./row-words";

const kinds: Record<DockRow["kind"], LucideIcon> = {
  upload: Upload,
  extract: PackageOpen,
  pack: FileArchive,
  pull: CloudDownload,
};

const acts: readonly (readonly [DockAct, LucideIcon])[] = [
  ["pause", Pause],
  ["resume", Play],
  ["choose", FolderCheck],
  ["retry", RotateCcw],
  ["cancel", X],
  ["dismiss", X],
];

/** One thing on its way: how far it is, in words and as a bar, and what can be done about it. */
export function DockLine({ row }: { row: DockRow }) {
  const t = useTranslations("dock");
  const files = useTranslations("files");
  const { locale } = useManner();
  const words = useRowWords();
  const { kind, name, to, phase, done, total } = row;
  const Icon =
    phase.is === "done" ? CircleCheck : phase.is === "failed" || phase.is === "stopped" ? CircleAlert : kinds[kind];
  const bad = phase.is === "failed" || phase.is === "stopped" || (phase.is === "done" && phase.failed.length > 0);
  const moves = phase.is !== "done" && phase.is !== "failed" && phase.is !== "waiting";
  return (
    <li className="flex items-start gap-2.5 px-3 py-2 text-sm">
      <Icon
        aria-hidden
        className={cn(
          "mt-0.5 size-4 shrink-0 text-muted-foreground",
          phase.is === "done" && "text-running",
          bad && "text-danger",
        )}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex min-w-0 items-baseline gap-2">
          <span className="sr-only">{t(`kind.${kind}`)}</span>
          <span className="truncate font-medium" title={name}>
            {words.name(row)}
          </span>
          <span className="truncate text-muted-foreground text-xs">
            {t("into", { folder: to === "" ? files("rootName") : nameOf(to) })}
          </span>
        </p>
        {moves ? (
          <Progress
            aria-label={t("bar", { name })}
            className="h-1.5"
            value={total > 0 && phase.is !== "preparing" ? Math.min(100, (done / total) * 100) : null}
          />
        ) : null}
        <p className={cn("text-muted-foreground text-xs tabular-nums wrap-anywhere", bad && "text-danger")}>
          {words.state(row, locale)}
        </p>
      </div>
      <div className="flex shrink-0 gap-0.5">
        {acts.map(([act, Act]) => {
          const run = row.acts[act];
          if (!run) return null;
          return act === "choose" ? (
            <Button key={act} size="sm" variant="outline" onClick={run}>
              <Act aria-hidden />
              {t("act.choose")}
            </Button>
          ) : (
            <Button key={act} size="icon-sm" variant="ghost" aria-label={t(`act.${act}`, { name })} onClick={run}>
              <Act aria-hidden />
            </Button>
          );
        })}
      </div>
    </li>
  );
}
