import { Refused } from "#components/bots/bot/refused";
import { DependenciesPanel } from "#components/bots/dependencies/dependencies-panel";
import { listDependencies } from "#server/dependencies";
import { attempt, requireActor } from "#server/page";

export default async function DependenciesPage({ params }: { params: Promise<{ botId: string }> }) {
  const actor = await requireActor();
  const { botId } = await params;
  const read = await attempt(() => listDependencies(actor, botId));
  return read.ok ? <DependenciesPanel initial={read.value} /> : <Refused code={read.code} values={read.values} />;
}
