import type { ReactNode } from "react";
import { HasPasswordProvider } from "#components/account/has-password";
import { AppShell } from "#components/layout/app-shell";
import { OutOfReach } from "#components/layout/out-of-reach";
import { attempt, currentActor, requireActor } from "#server/page";
import { readSecurity } from "#server/security";

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const seen = await attempt(currentActor);
  if (!seen.ok) {
    return (
      <main className="mx-auto max-w-2xl p-6 pt-16">
        <OutOfReach code={seen.code} values={seen.values} />
      </main>
    );
  }
  const actor = seen.value ?? (await requireActor());
  const { hasPassword } = await readSecurity(actor);
  return (
    <AppShell
      userId={actor.userId}
      name={actor.name}
      isAdmin={actor.role === "admin"}
      viewing={actor.viewer !== undefined}
    >
      <HasPasswordProvider value={hasPassword}>{children}</HasPasswordProvider>
    </AppShell>
  );
}
