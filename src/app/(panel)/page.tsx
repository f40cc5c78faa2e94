import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FleetPage } from "#components/fleet/fleet-page";
import { listBots } from "#server/bots";
import { requireActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("fleet"))("title") };
}

export default async function HomePage() {
  const actor = await requireActor();
  return <FleetPage initial={await listBots(actor)} admin={actor.role === "admin"} />;
}
