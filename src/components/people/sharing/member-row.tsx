"use client";

import { useTranslations } from "next-intl";
import { type BotPermission, type Preset, presets } from "#contracts/access";
import type { MemberView } from "#contracts/members";
import { Ago } from "../../live/time";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";

/** The preset that these are, if they are one. */
export const presetOf = (permissions: readonly BotPermission[]): Preset | undefined =>
  (["viewer", "operator", "developer", "manager"] as const).find(
    (name) => presets[name].length === permissions.length && presets[name].every((one) => permissions.includes(one)),
  );

/** What somebody may do, in a word where there is one. */
export function GrantBadge({ permissions }: { permissions: readonly BotPermission[] }) {
  const t = useTranslations("access");
  const tPresets = useTranslations("permissions.preset");
  const preset = presetOf(permissions);
  return (
    <Badge variant={preset ? "accent" : "default"} title={permissions.join(", ")}>
      {preset ? tPresets(preset) : t("preset", { count: permissions.length })}
    </Badge>
  );
}

/** Whose it is. */
export function OwnerRow({ name }: { name: string }) {
  const t = useTranslations("access");
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2">
      <p className="min-w-0 flex-1 truncate font-medium text-sm">{name}</p>
      <Badge variant="running">{t("owner")}</Badge>
      <span className="text-muted-foreground text-xs">{t("ownerMay")}</span>
    </li>
  );
}

/** A member, and what may be done about them. */
export function MemberRow({
  member,
  onEdit,
  onRemove,
  onLeave,
  onViewAs,
  beyond = false,
}: {
  member: MemberView;
  onEdit?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
  onLeave?: (() => void) | undefined;
  onViewAs?: (() => void) | undefined;
  /** Nothing can be changed about them, since they may do more than the viewer. */
  beyond?: boolean;
}) {
  const t = useTranslations("access");
  const { name, email, tag, since, permissions, hiddenPaths } = member;
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium text-sm">{name}</p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {email} · {tag ? t("viaTag", { tag: tag.name }) : t("since")} {tag ? null : <Ago at={since} />}
        </p>
        {hiddenPaths.length > 0 ? (
          <p className="wrap-anywhere text-muted-foreground text-xs" title={hiddenPaths.join("\n")}>
            {t("hides", { count: hiddenPaths.length })}
          </p>
        ) : null}
      </div>
      <GrantBadge permissions={permissions} />
      {beyond ? <span className="text-muted-foreground text-xs">{t("beyond")}</span> : null}
      {onViewAs ? (
        <Button size="sm" variant="ghost" aria-label={t("viewAsLabel", { name })} onClick={onViewAs}>
          {t("viewAs")}
        </Button>
      ) : null}
      {onEdit ? (
        <Button size="sm" variant="outline" aria-label={t("editLabel", { name })} onClick={onEdit}>
          {t("edit")}
        </Button>
      ) : null}
      {onRemove ? (
        <Button size="sm" variant="outline" aria-label={t("removeLabel", { name })} onClick={onRemove}>
          {t("remove")}
        </Button>
      ) : null}
      {onLeave ? (
        <Button size="sm" variant="outline" onClick={onLeave}>
          {t("leave")}
        </Button>
      ) : null}
    </li>
  );
}
