"use client";

import { GitBranch } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { DeployRequest } from "#contracts/deploy";
import { Refused } from "../bots/bot/refused";
import { useThisBot } from "../bots/bot/this-bot";
import { HiddenNote } from "../files/hidden-note";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import { AccessCard } from "./access-card";
import { ConnectCard } from "./connect-card";
import type { Help } from "./help";
import { History } from "./history";
import { HookCard } from "./hook-card";
import { NowCard } from "./now-card";
import { RunningCard } from "./running-card";
import { SetupCard } from "./setup-card";
import { useDeploySetup, useDeployState, useDeploys, useFirstLook, useRefresh } from "./use-deploys";

/** A bot and its repository: what runs, what is new, what was deployed, and how that is set. */
export function DeploysPanel() {
  const t = useTranslations("deploys");
  const { view, allows } = useThisBot();
  if (!allows("deploy:read")) return <Refused code="not_allowed" values={{ permission: "deploy:read" }} />;
  const isOurs = view.source.kind === "upload" || view.source.kind === "template";
  if (isOurs && allows("deploy:settings")) return <ConnectCard botId={view.id} />;
  if (view.source.kind !== "git")
    return (
      <EmptyState icon={<GitBranch aria-hidden />} title={t("noGit.title")} description={t("noGit.body")}>
        <Button asChild>
          <Link href="/bots/new?from=git">{t("noGit.make")}</Link>
        </Button>
      </EmptyState>
    );
  return <OfRepository botId={view.id} url={view.source.url} />;
}

function OfRepository({ botId, url }: { botId: string; url: string }) {
  const t = useTranslations("deploys");
  const say = useFailureText();
  const router = useRouter();
  const { allows } = useThisBot();
  const refresh = useRefresh(botId);
  const { deploys, failure, running } = useDeploys(botId, true);
  const ended = deploys?.find(({ endedAt }) => endedAt !== undefined)?.number ?? 0;
  const state = useDeployState(botId, allows("git:read"), ended);
  const setup = useDeploySetup(botId, allows("deploy:settings"));

  useFirstLook(botId, state.data?.fetchedAt, state.data !== undefined, refresh);

  /** Does something and reads everything again; says why where it could not be done. */
  const attempt = (work: () => Promise<unknown>) =>
    work()
      .catch((error: unknown) => void toast.error(say(error)))
      .then(refresh);
  const update = (request: Partial<DeployRequest>) =>
    attempt(async () => {
      const { number } = await client.deploys.start({ botId, ...request });
      toast.success(t("started", { number }));
    });
  const help: Record<Help, () => unknown> = {
    discard: () => update({ local: "discard" }),
    again: () => update({}),
    console: () => router.push(`/bots/${botId}/logs`),
    token: () => document.getElementById("access")?.scrollIntoView(),
    key: () => document.getElementById("access")?.scrollIntoView(),
    host: () =>
      attempt(async () => {
        await client.deploys.forgetHost({ botId });
        toast.success(t("hostForgotten"));
      }),
  };

  return (
    <div className="flex flex-col gap-6">
      <div>
        <h2 className="font-semibold text-lg">{t("title")}</h2>
        <p className="text-muted-foreground text-sm">{t("intro")}</p>
      </div>
      <HiddenNote about="deploys" />
      {running ? (
        <RunningCard
          key={running.number}
          deploy={running}
          onCancel={
            allows("deploy:run") ? () => attempt(() => client.deploys.cancel({ botId, number: running.number })) : null
          }
        />
      ) : null}
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-6">
          {state.data ? (
            <NowCard
              state={state.data}
              busy={running !== undefined}
              mayRun={allows("deploy:run")}
              onCheck={() => attempt(() => client.deploys.check({ botId }))}
              onUpdate={(local) => update({ local })}
            />
          ) : state.error ? (
            <Unread error={state.error} onAgain={refresh} />
          ) : allows("git:read") ? (
            <Skeleton className="h-48" />
          ) : null}
          <History
            deploys={deploys}
            failure={failure}
            mayRedeploy={allows("deploy:rollback") && running === undefined}
            onRedeploy={(number) => attempt(() => client.deploys.redeploy({ botId, number }))}
            onHelp={(which) => help[which]()}
          />
        </div>
        {setup.data ? (
          <div className="flex min-w-0 flex-col gap-6">
            <SetupCard botId={botId} setup={setup.data} branches={state.data?.branches ?? []} onSaved={refresh} />
            <AccessCard botId={botId} url={url} setup={setup.data} onSaved={refresh} />
            <HookCard botId={botId} setup={setup.data} onSaved={refresh} />
          </div>
        ) : setup.error ? (
          <Unread error={setup.error} onAgain={refresh} />
        ) : null}
      </div>
    </div>
  );
}

/** Why a part of the page cannot be shown, and the way to ask again. */
function Unread({ error, onAgain }: { error: unknown; onAgain: () => unknown }) {
  const t = useTranslations("common");
  const say = useFailureText();
  return (
    <EmptyState role="alert" title={say(error)}>
      <Button size="sm" variant="outline" onClick={onAgain}>
        {t("tryAgain")}
      </Button>
    </EmptyState>
  );
}
