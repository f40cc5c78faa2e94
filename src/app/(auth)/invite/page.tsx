import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { InvitePanel } from "#components/people/invite-panel";
import { attempt, currentActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("invite"))("title"), referrer: "no-referrer" };
}

export default async function InvitePage() {
  const actor = await attempt(currentActor);
  return <InvitePanel name={(actor.ok && actor.value?.name) || null} />;
}
