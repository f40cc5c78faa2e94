"use client";

import { Play, RotateCw, Skull, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { usePower } from "#client/queries";
import { useFailureText } from "#client/words";
import { type Command, canRun, type ProcessStatus } from "#contracts/process";
import { Button } from "../ui/button";

const icons = { start: Play, stop: Square, restart: RotateCw, kill: Skull } as const satisfies Record<Command, unknown>;

/**
 * Sends a command and says what went wrong, if anything did. The state it leads to comes by the live connection alone: the
 * answer may be older than the event that overtook it.
 */
export function usePowerCommand(bot: { id: string; name: string }) {
  const power = usePower(bot.id);
  const say = useFailureText();
  const t = useTranslations("power");
  const run = (command: Command) =>
    power.mutate(command, {
      onError: (error) => toast.error(t("failed", { name: bot.name, reason: say(error) })),
    });
  return { run, pending: power.isPending ? power.variables : null };
}

/**
 * Start, Stop, Restart; Stop turns into Kill while stopping. Offers what the state allows (`canRun`) and the viewer may
 * do. `compact`: icons only, for rows.
 */
export function PowerButtons({
  bot,
  status,
  permissions,
  compact = false,
}: {
  bot: { id: string; name: string };
  status: ProcessStatus | null;
  permissions: readonly string[];
  compact?: boolean;
}) {
  const t = useTranslations("power");
  const { run, pending } = usePowerCommand(bot);
  const state = status?.state;
  const commands: Command[] = [state === "stopping" ? "kill" : "stop", "restart"];
  const shown: Command[] = ["start", ...commands];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring borders and a legend to a row of buttons.
    <div role="group" aria-label={t("group", { name: bot.name })} className="flex items-center gap-1.5">
      {shown
        .filter((command) => permissions.includes(`power:${command}`))
        .map((command) => {
          const Icon = icons[command];
          const off = !state || !canRun(command, state) || (pending !== null && pending !== command);
          const main = command === "start" && !off;
          return (
            <Button
              key={command}
              size={compact ? "icon-sm" : "sm"}
              variant={command === "kill" ? "destructive" : main && !compact ? "default" : "outline"}
              disabled={off}
              pending={pending === command}
              aria-label={compact ? t("ofBot", { command: t(command), name: bot.name }) : undefined}
              title={compact ? t(command) : undefined}
              onClick={() => run(command)}
            >
              {pending === command ? null : <Icon aria-hidden />}
              {compact ? null : t(command)}
            </Button>
          );
        })}
    </div>
  );
}
