import { BotNotFound } from "#components/bots/bot/bot-not-found";

export default function NoSuchBot() {
  return <BotNotFound />;
}
