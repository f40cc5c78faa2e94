import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FleetPage } from "#components/fleet/fleet-page";
import { listBots } from "#server/bot-list";
import { attempt, requireActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("fleet"))("title") };
}

export default async function HomePage() {
  const actor = await requireActor();
  // What could not be read here is asked for again by the page itself, which says why it fails.
  const list = await attempt(() => listBots(actor));
  return <FleetPage initial={list.ok ? list.value : undefined} admin={actor.role === "admin"} />;
}
