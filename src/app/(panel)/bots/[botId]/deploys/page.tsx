import { DeploysPanel } from "#components/deploys/deploys-panel";
import { requireActor } from "#server/page";

export default async function DeploysPage() {
  await requireActor();
  return <DeploysPanel />;
}
