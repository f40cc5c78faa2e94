import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { PageTitle } from "#components/layout/page-title";
import { PeoplePanel } from "#components/people/users/people-panel";
import { Button } from "#components/ui/button";
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
  const tInvite = await getTranslations("access.accounts");
  const [first, limits, { bans }] = await Promise.all([
    listUsers(actor, { limit: 50 }),
    readLimits(actor),
    listBans(actor),
  ]);
  return (
    <div className="max-w-4xl">
      <PageTitle title={t("title")} note={t("intro")}>
        <Button asChild>
          <Link href="/invites">{tInvite("title")}</Link>
        </Button>
      </PageTitle>
      <PeoplePanel first={first} limits={limits} bans={bans} me={actor.userId ?? ""} />
    </div>
  );
}
