import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { InvitePanel } from "#components/people/invite-panel";
import { attempt, currentActor, discordOffered } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("invite"))("title"), referrer: "no-referrer" };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function InvitePage({ searchParams }: { searchParams: Search }) {
  const actor = await attempt(currentActor);
  const { discord } = await searchParams;
  const proven = discord === "proven";
  return (
    <InvitePanel
      name={(actor.ok && actor.value?.name) || null}
      discord={proven ? "proven" : discordOffered() ? "offered" : null}
    />
  );
}
