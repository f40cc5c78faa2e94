"use client";

import { KeyRound, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { KeyView } from "#contracts/api/keys";
import type { NamedBot } from "../people/bot-picker";
import { KeyRow } from "../people/key-row";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { EmptyState } from "../ui/empty-state";
import { NewKey } from "./new-key";

/** The keys by which programs act for a person. */
export function ApiKeys({
  initial,
  bots,
  isAdmin,
}: {
  initial: readonly KeyView[];
  bots: readonly NamedBot[];
  isAdmin: boolean;
}) {
  const t = useTranslations("apiKeys");
  const [keys, setKeys] = useState(initial);
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<KeyView | null>(null);
  const add = (
    <Button size="sm" onClick={() => setMaking(true)}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const revoke = async ({ id, name }: KeyView) => {
    await client.account.keys.revoke({ keyId: id });
    setKeys((now) => now.filter((key) => key.id !== id));
    toast.success(t("revoked", { name }));
  };
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <p className="text-muted-foreground text-sm">{t("intro")}</p>
        </div>
        {keys.length > 0 ? add : null}
      </div>
      {keys.length === 0 ? (
        <EmptyState icon={<KeyRound aria-hidden />} title={t("none")} description={t("noneHint")}>
          {add}
        </EmptyState>
      ) : (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("list")}>
              {keys.map((key) => (
                <KeyRow key={key.id} apiKey={key} bots={bots} onRevoke={() => setLeaving(key)} />
              ))}
            </ul>
          </CardContent>
        </Card>
      )}
      {making ? (
        <NewKey
          bots={bots}
          isAdmin={isAdmin}
          onMade={(key) => setKeys((now) => [key, ...now])}
          onClose={() => setMaking(false)}
        />
      ) : null}
      {leaving ? (
        <ConfirmDialog
          title={t("revokeTitle", { name: leaving.name })}
          body={t("revokeBody")}
          action={t("revoke")}
          destructive
          onConfirm={() => revoke(leaving)}
          onClose={() => setLeaving(null)}
        />
      ) : null}
    </section>
  );
}
