import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OutOfReach } from "#components/layout/out-of-reach";
import { TagsPage } from "#components/people/tags/tags-page";
import { attempt, requireActor } from "#server/page";
import { listTags } from "#server/tags";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("tags"))("title") };
}

export default async function TagsRoute() {
  const actor = await requireActor();
  const read = await attempt(() => listTags(actor));
  if (!read.ok) return <OutOfReach code={read.code} values={read.values} />;
  return <TagsPage initial={read.value.tags} me={actor.userId ?? ""} isAdmin={actor.role === "admin"} />;
}
