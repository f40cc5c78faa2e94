import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuditPanel } from "#components/audit/audit-panel";
import { PageTitle } from "#components/layout/page-title";
import { listAudit, readRetention } from "#server/audit-log/index";
import { requireActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("audit"))("title") };
}

/** Who did what in the whole panel, for admins. */
export default async function AuditPage() {
  const actor = await requireActor();
  if (actor.role !== "admin") notFound();
  const t = await getTranslations("audit");
  const [first, { keepDays }] = await Promise.all([listAudit(actor, { limit: 50 }), readRetention(actor)]);
  return (
    <>
      <PageTitle title={t("title")} note={t("intro")} />
      <AuditPanel first={first} keepDays={keepDays} />
    </>
  );
}
