"use client";

import { useTranslations } from "next-intl";
import type { InviteView } from "#contracts/members";
import { Until } from "../../live/time";
import { ActButton } from "../../ui/act-button";
import { GrantBadge } from "./member-row";

/** An invite that nobody has used yet. */
export function InviteRow({
  invite,
  onRevoke,
}: {
  invite: InviteView;
  onRevoke?: (() => Promise<unknown>) | undefined;
}) {
  const t = useTranslations("access");
  const { by, note, expiresAt, permissions, role } = invite;
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1 basis-48">
        <p className="wrap-anywhere font-medium text-sm">{note || t("inviteBy", { name: by })}</p>
        <p className="text-muted-foreground text-xs">
          {note ? `${t("inviteBy", { name: by })} · ` : null}
          {role === "admin" ? `${t("accounts.admin")} · ` : null}
          {t("ends")} <Until at={expiresAt} />
        </p>
      </div>
      {permissions.length > 0 ? <GrantBadge permissions={permissions} /> : null}
      {onRevoke ? (
        <ActButton size="sm" variant="outline" aria-label={t("revokeLabel", { name: by })} act={onRevoke}>
          {t("revoke")}
        </ActButton>
      ) : null}
    </li>
  );
}
