"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { BanView, UserLimits, UserView } from "#contracts/people";
import { Card, CardContent } from "../../ui/card";
import { Bans } from "./bans";
import { Everybody } from "./everybody";
import { type Asked, UserDialogs } from "./user-dialogs";
import { UserRow } from "./user-row";

/** Everybody's accounts, the limits of all, and the bans. */
export function PeoplePanel({
  users,
  limits,
  bans,
  me,
}: {
  users: readonly UserView[];
  limits: UserLimits;
  bans: readonly BanView[];
  /** Who looks. */
  me: string;
}) {
  const t = useTranslations("people");
  const router = useRouter();
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <div className="flex max-w-4xl flex-col gap-10">
      <Card>
        <CardContent className="p-2">
          <ul aria-label={t("list")} className="divide-y divide-border">
            {users.map((user) => (
              <UserRow key={user.id} user={user} isMe={user.id === me} onAsk={(what) => setAsked({ what, user })} />
            ))}
          </ul>
        </CardContent>
      </Card>
      <Everybody limits={limits} onChanged={router.refresh} />
      <Bans bans={bans} onChanged={router.refresh} />
      {asked ? (
        <UserDialogs asked={asked} users={users} onChanged={router.refresh} onClose={() => setAsked(null)} />
      ) : null}
    </div>
  );
}
