import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NewBot } from "#components/bots/new/new-bot";
import { listTemplates } from "#server/imports";
import { attempt, requireActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("newBot"))("title") };
}

const DEMO = "demo-js";
type Search = Promise<{ from?: string | string[]; template?: string | string[] }>;

/** `?from=template|git|upload|folder` opens a way, `from=demo` or `template=<id>` takes a template at once. */
export default async function NewBotPage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor();
  const templates = await attempt(listTemplates);
  const { from, template } = await searchParams;
  const asked = from === "demo" ? DEMO : template;
  return (
    <NewBot
      templates={templates.ok ? templates.value.templates : null}
      folderAllowed={actor.role === "admin"}
      from={from === "git" || from === "upload" || from === "folder" ? from : "template"}
      template={typeof asked === "string" ? asked : undefined}
    />
  );
}
