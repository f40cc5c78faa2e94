import { Refused } from "#components/bots/bot/refused";
import { BotAccess } from "#components/people/sharing/bot-access";
import { MEMBERS_PAGE } from "#contracts/members";
import { attempt, requireActor } from "#server/page";
import { listInvites } from "#server/sharing/invites";
import { listMembers } from "#server/sharing/member-list";

export default async function AccessPage({ params }: { params: Promise<{ botId: string }> }) {
  const actor = await requireActor();
  const { botId } = await params;
  const place = { kind: "bot", botId } as const;
  const read = await attempt(async () => ({
    members: await listMembers(actor, place, { limit: MEMBERS_PAGE }),
    invites: (await listInvites(actor, place)).invites,
  }));
  if (!read.ok) return <Refused code={read.code} values={read.values} />;
  return (
    <BotAccess
      me={actor.userId ?? ""}
      isAdmin={actor.role === "admin"}
      first={read.value.members}
      invites={read.value.invites}
    />
  );
}
