"use client";

import { KeyRound, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import type { z } from "zod";
import { client } from "#client/api";
import type { sshKeyView } from "#contracts/api/account";
import { Ago } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { EmptyState } from "../ui/empty-state";
import { AddSshKey } from "./add-ssh-key";

export type SshKey = z.infer<typeof sshKeyView>;

/** The keys that a person signs in with over SFTP. */
export function SshKeys({ initial }: { initial: readonly SshKey[] }) {
  const t = useTranslations("account.sshKeys");
  const [keys, setKeys] = useState(initial);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<SshKey | null>(null);
  const add = (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const remove = async ({ id, name }: SshKey) => {
    await client.account.sshKeys.remove({ keyId: id });
    setKeys((now) => now.filter((key) => key.id !== id));
    toast.success(t("removed", { name }));
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
                <Row key={key.id} sshKey={key} onRemove={() => setLeaving(key)} />
              ))}
            </ul>
          </CardContent>
        </Card>
      )}
      {adding ? (
        <AddSshKey onAdded={(key) => setKeys((now) => [key, ...now])} onClose={() => setAdding(false)} />
      ) : null}
      {leaving ? (
        <ConfirmDialog
          title={t("removeTitle", { name: leaving.name })}
          body={t("removeBody")}
          action={t("remove")}
          destructive
          onConfirm={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        />
      ) : null}
    </section>
  );
}

function Row({ sshKey: key, onRemove }: { sshKey: SshKey; onRemove: () => void }) {
  const t = useTranslations("account.sshKeys");
  return (
    <li className="flex items-center gap-3 rounded-md px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium text-sm">{key.name}</p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {key.type} · <code>{key.fingerprint}</code>
        </p>
        <p className="text-muted-foreground text-xs">
          {t("made")} <Ago at={key.createdAt} /> ·{" "}
          {key.lastUsedAt === null ? (
            t("neverUsed")
          ) : (
            <>
              {t("used")} <Ago at={key.lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <Button size="sm" variant="outline" aria-label={t("removeLabel", { name: key.name })} onClick={onRemove}>
        {t("remove")}
      </Button>
    </li>
  );
}
