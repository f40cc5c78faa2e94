import { BotSkeleton } from "#components/bots/bot/bot-skeleton";

export default function Loading() {
  return <BotSkeleton />;
}
