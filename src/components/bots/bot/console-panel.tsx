"use client";

import { Console } from "../../console/console";
import { InstallPanel } from "./install-panel";
import { Refused } from "./refused";
import { useThisBot } from "./this-bot";

/** A bot's first tab: its console, and above it installing its dependencies while there is something to say of it. */
export function ConsolePanel() {
  const { view, live, connection, allows } = useThisBot();
  if (!allows("console:read")) return <Refused code="not_allowed" values={{}} />;
  return (
    <div className="flex flex-col gap-4">
      <InstallPanel />
      <Console
        key={view.id}
        bot={view}
        status={live?.status ?? null}
        away={connection.state === "lost"}
        allows={allows}
      />
    </div>
  );
}
