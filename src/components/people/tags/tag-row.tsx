"use client";

import { useTranslations } from "next-intl";
import type { TagView } from "#contracts/members";
import { Button } from "../../ui/button";

/** A tag of the viewer's, and what may be done about it. */
export function TagRow({
  tag: { name, bots, members },
  onShare,
  onRename,
  onDelete,
}: {
  tag: TagView;
  onShare: () => void;
  onRename: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("tags");
  const verbs = [
    ["share", onShare],
    ["rename", onRename],
    ["delete", onDelete],
  ] as const;
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium text-sm">{name}</p>
        <p className="text-muted-foreground text-xs">
          {t("bots", { count: bots.length })} · {t("members", { count: members })}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {verbs.map(([verb, act]) => (
          <Button key={verb} size="sm" variant="outline" aria-label={t(`${verb}Label`, { name })} onClick={act}>
            {t(verb)}
          </Button>
        ))}
      </div>
    </li>
  );
}
