import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AccountInvites } from "#components/people/account-invites";
import { requireActor } from "#server/page";
import { listAccountInvites } from "#server/sharing/invites";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("access.accounts"))("title") };
}

/** Links by which people get an account, for admins. */
export default async function InvitesPage() {
  const actor = await requireActor();
  if (actor.role !== "admin") notFound();
  return <AccountInvites initial={(await listAccountInvites(actor)).invites} />;
}
