"use client";

import { useTranslations } from "next-intl";
import type { KeyView } from "#contracts/api/keys";
import { OwnedRow, Uses } from "../account/owned-list";
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
    <OwnedRow
      name={name}
      badges={
        <>
          {scope === null ? <Badge variant="waiting">{t("everything")}</Badge> : null}
          {hasExpired ? <Badge variant="asleep">{t("expired")}</Badge> : null}
        </>
      }
      actions={
        <Button size="sm" variant="outline" aria-label={t("removeLabel", { name })} onClick={onRevoke}>
          {t("remove")}
        </Button>
      }
    >
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
      <Uses
        words="apiKeys"
        createdAt={createdAt}
        lastUsedAt={lastUsedAt}
        from={lastUsedFrom && t("from", { address: lastUsedFrom })}
      >
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
      </Uses>
    </OwnedRow>
  );
}
