"use client";

import { useRouter } from "next/navigation";
import type { BanView, UserLimits } from "#contracts/people";
import { Bans } from "./bans";
import { Everybody } from "./everybody";
import type { UserPage } from "./use-users";
import { UserList } from "./user-list";

/** Everybody's accounts, the limits of all, and the bans. */
export function PeoplePanel({
  first,
  limits,
  bans,
  me,
}: {
  first: UserPage;
  limits: UserLimits;
  bans: readonly BanView[];
  /** Who looks. */
  me: string;
}) {
  const router = useRouter();
  return (
    <div className="flex flex-col gap-10">
      <UserList first={first} me={me} />
      <Everybody limits={limits} onChanged={router.refresh} />
      <Bans bans={bans} onChanged={router.refresh} />
    </div>
  );
}
