import { SettingsPanel } from "#components/bots/settings/settings-panel";
import { requireActor } from "#server/page";

export default async function SettingsPage() {
  await requireActor();
  return <SettingsPanel />;
}
