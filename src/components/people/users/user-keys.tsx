"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { UserView } from "#contracts/people";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Skeleton } from "../../ui/skeleton";
import { KeyRow } from "../key-row";

/** Somebody's API keys and their use, for admins. */
export function UserKeys({ user, onChanged, onClose }: { user: UserView; onChanged: () => void; onClose: () => void }) {
  const t = useTranslations("people");
  const say = useFailureText();
  const { data, error, refetch } = useQuery({
    queryKey: ["user", user.id],
    queryFn: () => client.users.get({ userId: user.id }),
  });
  const revoke = async (keyId: string) => {
    try {
      await client.users.revokeKey({ userId: user.id, keyId });
      await refetch();
      onChanged();
    } catch (failure) {
      toast.error(say(failure));
    }
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle className="wrap-anywhere">{t("keysTitle", { name: user.name })}</DialogTitle>
          <DialogDescription>{t("keysIntro")}</DialogDescription>
        </DialogHeader>
        {error ? <p role="alert">{say(error)}</p> : null}
        {data ? null : <Skeleton className="h-16" />}
        {data?.apiKeys.length === 0 ? <p className="text-sm">{t("noKeys")}</p> : null}
        <ul>
          {data?.apiKeys.map((key) => (
            <KeyRow key={key.id} apiKey={key} bots={data.ownBots} onRevoke={() => void revoke(key.id)} />
          ))}
        </ul>
      </DialogContent>
    </Dialog>
  );
}
