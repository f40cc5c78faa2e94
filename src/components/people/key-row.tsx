"use client";

import { useTranslations } from "next-intl";
import type { KeyView } from "#contracts/api/keys";
import { Ago, Until, useTick } from "../live/time";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import type { NamedBot } from "./bot-picker";

/** One API key: what it may, until when, and when and from where it was last used. */
export function KeyRow({
  apiKey,
  bots,
  onRevoke,
}: {
  apiKey: KeyView;
  bots: readonly NamedBot[];
  onRevoke: () => void;
}) {
  const t = useTranslations("apiKeys");
  const { name, scope, addresses, createdAt, expiresAt, lastUsedAt, lastUsedFrom } = apiKey;
  const hasExpired = useTick(60_000) >= (expiresAt ?? Number.POSITIVE_INFINITY);
  const nameOf = (id: string) => bots.find((bot) => bot.id === id)?.name ?? id;
  return (
    <li className="flex items-start gap-3 rounded-md px-3 py-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          <span className="wrap-anywhere">{name}</span>
          {scope === null ? <Badge variant="waiting">{t("everything")}</Badge> : null}
          {hasExpired ? <Badge variant="asleep">{t("expired")}</Badge> : null}
        </p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {scope ? (
            <>
              <span title={scope.permissions.join(", ")}>{t("may", { count: scope.permissions.length })}</span>
              {" · "}
              {typeof scope.bots === "string"
                ? t(`reaches.${scope.bots}`)
                : t("someBots", { names: scope.bots.map(nameOf).join(", ") })}
            </>
          ) : (
            t("asYou")
          )}
          {addresses.length > 0 ? <> · {t("only", { addresses: addresses.join(", ") })}</> : null}
        </p>
        <p className="text-muted-foreground text-xs">
          {t("made")} <Ago at={createdAt} /> ·{" "}
          {expiresAt === null ? (
            t("noEnd")
          ) : hasExpired ? (
            <>
              {t("ended")} <Ago at={expiresAt} />
            </>
          ) : (
            <>
              {t("ends")} <Until at={expiresAt} />
            </>
          )}{" "}
          ·{" "}
          {lastUsedAt === null ? (
            t("neverUsed")
          ) : (
            <>
              {t("used")} <Ago at={lastUsedAt} /> {lastUsedFrom ? t("from", { address: lastUsedFrom }) : null}
            </>
          )}
        </p>
      </div>
      <Button size="sm" variant="outline" aria-label={t("revokeLabel", { name })} onClick={onRevoke}>
        {t("revoke")}
      </Button>
    </li>
  );
}
