import { LogsPanel } from "#components/bots/logs/logs-panel";
import { requireActor } from "#server/page";

export default async function LogsPage() {
  await requireActor();
  return <LogsPanel />;
}
