import type { ReactNode } from "react";
import { AppShell } from "#components/layout/app-shell";
import { requireActor } from "#server/page";

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  return <AppShell name={actor.name}>{children}</AppShell>;
}
