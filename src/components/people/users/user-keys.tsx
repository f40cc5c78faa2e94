"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { KeyView } from "#contracts/api/keys";
import type { UserView } from "#contracts/people";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Skeleton } from "../../ui/skeleton";
import { KeyRow } from "../key-row";

/** Somebody's API keys and their use, for admins. */
export function UserKeys({ user, onChanged, onClose }: { user: UserView; onChanged: () => void; onClose: () => void }) {
  const t = useTranslations("people");
  const tKeys = useTranslations("apiKeys");
  const say = useFailureText();
  const { data, error, refetch } = useQuery({
    queryKey: ["user", user.id],
    queryFn: () => client.users.get({ userId: user.id }),
  });
  const [leaving, setLeaving] = useState<KeyView | null>(null);
  const revoke = async ({ id, name }: KeyView) => {
    await client.users.revokeKey({ userId: user.id, keyId: id });
    toast.success(tKeys("removed", { name }));
    await refetch();
    onChanged();
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle className="wrap-anywhere">{t("keysTitle", { name: user.name })}</DialogTitle>
          <DialogDescription>{t("keysIntro")}</DialogDescription>
        </DialogHeader>
        {error ? <p role="alert">{say(error)}</p> : null}
        {data || error ? null : <Skeleton className="h-16" />}
        {data?.apiKeys.length === 0 ? <p className="text-sm">{t("noKeys")}</p> : null}
        <ul>
          {data?.apiKeys.map((key) => (
            <KeyRow key={key.id} apiKey={key} bots={data.ownBots} onRevoke={() => setLeaving(key)} />
          ))}
        </ul>
        {leaving ? (
          <ConfirmDialog
            title={tKeys("removeTitle", { name: leaving.name })}
            body={tKeys("removeBody")}
            action={tKeys("remove")}
            destructive
            onConfirm={() => revoke(leaving)}
            onClose={() => setLeaving(null)}
          />
        ) : null}
      </DialogContent>
    </Dialog>
  );
}
