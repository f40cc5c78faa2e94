import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache, type ReactNode } from "react";
import { BotFrame } from "#components/bots/bot/bot-frame";
import { Refused } from "#components/bots/bot/refused";
import { getBot } from "#server/bots";
import { attempt, requireActor } from "#server/page";

type Props = { params: Promise<{ botId: string }> };

const read = cache(async (botId: string) => {
  const actor = await requireActor();
  return attempt(() => getBot(actor, botId));
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const bot = await read((await params).botId);
  if (bot.ok) return { title: bot.value.name };
  return { title: (await getTranslations("bot.notFound"))("title") };
}

export default async function BotLayout({ params, children }: Props & { children: ReactNode }) {
  const bot = await read((await params).botId);
  if (bot.ok) {
    return (
      <BotFrame key={bot.value.id} initial={bot.value}>
        {children}
      </BotFrame>
    );
  }
  if (bot.code === "not_found") notFound();
  return <Refused code={bot.code} values={bot.values} />;
}
