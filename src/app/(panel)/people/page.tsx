import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PageTitle } from "#components/layout/page-title";
import { PeoplePanel } from "#components/people/users/people-panel";
import { listBans } from "#server/bans";
import { readLimits } from "#server/limits";
import { requireActor } from "#server/page";
import { listUsers } from "#server/users/index";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("people"))("title") };
}

/** Accounts, limits and bans, for admins. */
export default async function PeoplePage() {
  const actor = await requireActor();
  if (actor.role !== "admin") notFound();
  const t = await getTranslations("people");
  const [{ users }, limits, { bans }] = await Promise.all([listUsers(actor), readLimits(actor), listBans(actor)]);
  return (
    <>
      <PageTitle title={t("title")} note={t("intro")} />
      <PeoplePanel users={users} limits={limits} bans={bans} me={actor.userId ?? ""} />
    </>
  );
}
