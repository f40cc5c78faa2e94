import { Refused } from "#components/bots/bot/refused";
import { EnvPanel } from "#components/bots/environment/env-panel";
import { attempt, requireActor } from "#server/page";
import { listVariables } from "#server/variables";

export default async function EnvironmentPage({ params }: { params: Promise<{ botId: string }> }) {
  const actor = await requireActor();
  const { botId } = await params;
  const read = await attempt(() => listVariables(actor, botId));
  return read.ok ? <EnvPanel initial={read.value.variables} /> : <Refused code={read.code} values={read.values} />;
}
