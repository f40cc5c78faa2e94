"use client";

import { RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { useFailureText } from "#client/words";
import type { DependencyView } from "#contracts/dependencies";
import { HiddenNote } from "../../files/hidden-note";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { EmptyState } from "../../ui/empty-state";
import { useThisBot } from "../bot/this-bot";
import { RestartHint } from "../restart-hint";
import { DependencyTable } from "./dependency-table";
import { InstallForm } from "./install-form";
import { ReportSection } from "./report-section";
import { useDependencies } from "./use-dependencies";
import { WorkBanner } from "./work-banner";

/** A bot's dependencies: what is asked for and what is there, single packages in and out, and what their manager says of them. */
export function DependenciesPanel({ initial }: { initial: DependencyView }) {
  const t = useTranslations("dependencies");
  const say = useFailureText();
  const { view: bot, live, allows } = useThisBot();
  const { view, pending, install, remove, check, cancel } = useDependencies(bot.id, initial);
  const [leaving, setLeaving] = useState<string | null>(null);
  const { work, report, dependencies, files, broken, others } = view;
  const busy = pending || work.state === "running";
  const tell = (asked: Promise<unknown>) => void asked.catch((error: unknown) => toast.error(say(error)));
  const changedAt = work.state === "done" && work.what.kind !== "check" ? work.at : 0;
  const status = live?.status;
  const older = (status?.state === "running" || status?.state === "starting") && status.since < changedAt;
  const mayCancel = allows("dependency:install") || allows("dependency:remove");
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <p className="text-muted-foreground text-sm">
            {t("intro")} {files.length > 0 ? t("from", { files: files.join(", ") }) : t("noManifest")}
          </p>
        </div>
        <Button size="sm" variant="outline" disabled={busy} onClick={() => tell(check())}>
          <RefreshCw aria-hidden />
          {t("check")}
        </Button>
      </div>
      <HiddenNote about="dependencies" />
      {older ? <RestartHint words={t("restart")} /> : null}
      {broken.map(({ file, detail }) => (
        <p key={file} role="alert" className="wrap-anywhere text-danger text-sm">
          {t("broken", { file, detail })}
        </p>
      ))}
      {work.state === "none" ? null : (
        <WorkBanner key={work.id} botId={bot.id} work={work} onCancel={mayCancel ? () => tell(cancel()) : null} />
      )}
      {allows("dependency:install") ? (
        // Below what is there on a phone, which it would fill.
        <div className="max-sm:order-last">
          <InstallForm runtime={bot.runtime} busy={busy} onInstall={install} />
        </div>
      ) : null}
      {dependencies.length > 0 ? (
        <DependencyTable
          dependencies={dependencies}
          report={report}
          main={files[0]}
          onRemove={allows("dependency:remove") && !busy ? setLeaving : null}
        />
      ) : (
        <EmptyState title={t("none")} description={t("noneHint")} />
      )}
      {report ? <ReportSection report={report} /> : null}
      {others.length > 0 ? (
        <details className="text-sm">
          <summary className="w-fit cursor-pointer rounded text-muted-foreground outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring">
            {t("others", { count: others.length })}
          </summary>
          <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 font-mono text-muted-foreground text-xs">
            {others.map(({ name, version }) => (
              <li key={name}>
                {name} {version}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {leaving === null ? null : (
        <ConfirmDialog
          title={t("removeTitle", { name: leaving })}
          body={t("removeBody")}
          action={t("remove")}
          destructive
          onConfirm={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </div>
  );
}
