import { FilesPanel } from "#components/files/files-panel";
import { requireActor } from "#server/page";

export default async function FilesPage() {
  await requireActor();
  return <FilesPanel />;
}
