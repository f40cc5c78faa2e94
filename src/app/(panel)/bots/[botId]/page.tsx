import { ConsolePanel } from "#components/bots/bot/console-panel";
import { requireActor } from "#server/page";

export default async function ConsolePage() {
  await requireActor();
  return <ConsolePanel />;
}
