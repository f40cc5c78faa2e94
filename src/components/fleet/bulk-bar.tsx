"use client";

import { CircleAlert, CircleCheck, CircleMinus, Play, RotateCw, Square, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFailureText } from "#client/words";
import type { Command } from "#contracts/process";
import { Button } from "../ui/button";
import { Progress } from "../ui/progress";
import type { Row } from "./arrange";
import { type BulkResult, commandAll } from "./bulk";
import { TagMenu } from "./tag-menu";

const commands = [
  { command: "start", icon: Play },
  { command: "stop", icon: Square },
  { command: "restart", icon: RotateCw },
] as const satisfies { command: Command; icon: unknown }[];

const looks = {
  done: { icon: CircleCheck, colour: "text-running" },
  skipped: { icon: CircleMinus, colour: "text-muted-foreground" },
  failed: { icon: CircleAlert, colour: "text-danger" },
} as const;

/** What can be done with the selected bots at once, and how it went with each. */
export function BulkBar({ rows, onClear }: { rows: readonly Row[]; onClear: () => void }) {
  const t = useTranslations("fleet");
  const tPower = useTranslations("power");
  const say = useFailureText();
  const [job, setJob] = useState<{ command: Command; count: number; over: boolean } | null>(null);
  const [results, setResults] = useState<readonly BulkResult[]>([]);

  const run = async (command: Command) => {
    setResults([]);
    setJob({ command, count: rows.length, over: false });
    await commandAll(command, rows, (more) => setResults((held) => [...held, ...more]));
    setJob({ command, count: rows.length, over: true });
  };
  if (rows.length === 0) return null;

  const under = job !== null && !job.over;
  const done = results.filter((result) => result.outcome === "done").length;
  return (
    <section
      aria-label={t("bulk")}
      className="fixed inset-x-3 bottom-20 z-40 mx-auto flex max-w-2xl flex-col gap-3 rounded-xl border border-border-strong bg-popover p-3 shadow-2xl lg:bottom-6"
    >
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto pl-1 font-medium text-sm" aria-live="polite">
          {t("selected", { count: rows.length })}
        </p>
        {commands.map(({ command, icon: Icon }) => (
          <Button key={command} size="sm" variant="outline" disabled={under} onClick={() => void run(command)}>
            <Icon aria-hidden />
            {tPower(command)}
          </Button>
        ))}
        <TagMenu rows={rows} disabled={under} />
        <Button variant="ghost" size="icon-sm" aria-label={t("clearSelection")} disabled={under} onClick={onClear}>
          <X aria-hidden />
        </Button>
      </div>
      {job ? (
        <div className="flex flex-col gap-2">
          {under ? <Progress value={(results.length / job.count) * 100} aria-label={tPower(job.command)} /> : null}
          <p className="px-1 text-muted-foreground text-xs" aria-live="polite">
            {under
              ? t("bulkProgress", { command: tPower(job.command), done: results.length, count: job.count })
              : t("bulkDone", { command: tPower(job.command), done, count: job.count })}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
          <ul className="max-h-40 overflow-y-auto text-xs" tabIndex={0} aria-label={t("bulkResults")}>
            {results.map((result) => {
              const { icon: Icon, colour } = looks[result.outcome];
              return (
                <li key={result.botId} className="flex items-start gap-2 px-1 py-0.5">
                  <Icon className={`mt-px size-3.5 shrink-0 ${colour}`} aria-hidden />
                  <span className="font-medium">{result.name}</span>
                  <span className="text-muted-foreground">
                    {result.outcome === "failed"
                      ? say(result.error)
                      : t(result.outcome === "done" ? "resultDone" : "resultSkipped")}
                  </span>
                </li>
              );
            })}
          </ul>
        </div>
      ) : null}
    </section>
  );
}
