"use client";

import { Fingerprint, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { PasskeyView } from "#contracts/api/passkeys";
import { Ago } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { EmptyState } from "../ui/empty-state";
import { AddPasskey } from "./add-passkey";
import { RenamePasskey } from "./rename-passkey";
import { Section } from "./section";

/** What signs one in without a password. */
export function Passkeys({ initial, hasPassword }: { initial: readonly PasskeyView[]; hasPassword: boolean }) {
  const t = useTranslations("account.passkeys");
  const [passkeys, setPasskeys] = useState(initial);
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<PasskeyView | null>(null);
  const [leaving, setLeaving] = useState<PasskeyView | null>(null);
  const add = (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const remove = async ({ id, name }: PasskeyView) => {
    await client.account.passkeys.remove({ passkeyId: id });
    setPasskeys((now) => now.filter((one) => one.id !== id));
    toast.success(t("removed", { name }));
  };
  return (
    <Section id="passkeys" title={t("title")} intro={t("intro")} action={passkeys.length > 0 ? add : null}>
      {passkeys.length === 0 ? (
        <EmptyState icon={<Fingerprint aria-hidden />} title={t("none")} description={t("noneHint")}>
          {add}
        </EmptyState>
      ) : (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("list")}>
              {passkeys.map((one) => (
                <Row key={one.id} passkey={one} onRename={() => setRenaming(one)} onRemove={() => setLeaving(one)} />
              ))}
            </ul>
          </CardContent>
        </Card>
      )}
      {adding ? (
        <AddPasskey
          hasPassword={hasPassword}
          onAdded={(one) => setPasskeys((now) => [one, ...now])}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {renaming ? (
        <RenamePasskey
          passkey={renaming}
          onRenamed={(one) => setPasskeys((now) => now.map((other) => (other.id === one.id ? one : other)))}
          onClose={() => setRenaming(null)}
        />
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
    </Section>
  );
}

function Row({
  passkey: { name, createdAt, lastUsedAt },
  onRename,
  onRemove,
}: {
  passkey: PasskeyView;
  onRename: () => void;
  onRemove: () => void;
}) {
  const t = useTranslations("account.passkeys");
  return (
    <li className="flex flex-wrap items-center gap-3 rounded-md px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium text-sm">{name}</p>
        <p className="text-muted-foreground text-xs">
          {t("made")} <Ago at={createdAt} /> ·{" "}
          {lastUsedAt === null ? (
            t("neverUsed")
          ) : (
            <>
              {t("used")} <Ago at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <Button size="sm" variant="ghost" aria-label={t("renameLabel", { name })} onClick={onRename}>
        {t("rename")}
      </Button>
      <Button size="sm" variant="outline" aria-label={t("removeLabel", { name })} onClick={onRemove}>
        {t("remove")}
      </Button>
    </li>
  );
}
