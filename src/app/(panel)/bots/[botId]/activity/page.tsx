import { ActivityPanel } from "#components/bots/activity/activity-panel";
import { Refused } from "#components/bots/bot/refused";
import { listActivity } from "#server/activity";
import { attempt, requireActor } from "#server/page";
import { listRuns } from "#server/power";

const FIRST = 30;

export default async function ActivityPage({ params }: { params: Promise<{ botId: string }> }) {
  const actor = await requireActor();
  const { botId } = await params;
  const [entries, runs] = await Promise.all([
    attempt(() => listActivity(actor, { botId, limit: FIRST })),
    attempt(() => listRuns(actor, { botId, limit: FIRST })),
  ]);
  if (!entries.ok) return <Refused code={entries.code} values={entries.values} />;
  return <ActivityPanel first={entries.value} runs={runs.ok ? runs.value.runs : null} />;
}
