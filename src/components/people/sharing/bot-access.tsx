"use client";

import type { InviteView, MemberList } from "#contracts/members";
import { useThisBot } from "../../bots/bot/this-bot";
import { AccessPanel } from "./access-panel";

/** The Access tab of a bot. */
export function BotAccess({
  me,
  isAdmin,
  first,
  invites,
}: {
  me: string;
  isAdmin: boolean;
  first: MemberList;
  invites: readonly InviteView[];
}) {
  const { view, allows } = useThisBot();
  return (
    <AccessPanel
      place={{ kind: "bot", id: view.id }}
      may={{ create: allows("member:create"), update: allows("member:update"), delete: allows("member:delete") }}
      me={me}
      isAdmin={isAdmin}
      first={first}
      invites={invites}
      onLeft={() => window.location.assign("/")}
    />
  );
}
