"use client";

import { GitCommitHorizontal, RefreshCw, Rocket } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { DeployRequest, DeployState } from "#contracts/deploy";
import { Ago } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { Changes } from "./changes";
import { CommitLine } from "./commit-line";

/** What runs, what is new upstream, and the button that brings it. */
export function NowCard({
  state,
  busy,
  mayRun,
  onCheck,
  onUpdate,
}: {
  state: DeployState;
  /** A deploy is under way. */
  busy: boolean;
  mayRun: boolean;
  onCheck: () => Promise<unknown>;
  onUpdate: (local: DeployRequest["local"]) => Promise<unknown>;
}) {
  const t = useTranslations("deploys.now");
  const [local, setLocal] = useState<DeployRequest["local"]>("keep");
  const [asking, setAsking] = useState<"check" | "update" | null>(null);
  const during = (what: "check" | "update", work: () => Promise<unknown>) => async () => {
    setAsking(what);
    await work().finally(() => setAsking(null));
  };
  const news = state.ahead.length > 0 || state.diverged;
  return (
    <Card>
      <CardContent className="flex flex-col gap-4">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h3 className="flex items-center gap-2 font-semibold">
              <GitCommitHorizontal className="size-4 text-muted-foreground" aria-hidden />
              {t("title")}
            </h3>
            <p className="wrap-anywhere text-muted-foreground text-sm">
              {state.url} · {t("branch", { branch: state.branch ?? t("defaultBranch") })}
            </p>
          </div>
          <Button variant="outline" size="sm" pending={asking === "check"} onClick={during("check", onCheck)}>
            <RefreshCw aria-hidden />
            {t(asking === "check" ? "checking" : "check")}
          </Button>
        </div>
        {state.commit ? <CommitLine commit={state.commit} /> : <p className="text-sm">{t("unknown")}</p>}
        <div className="flex flex-col gap-2 border-border border-t pt-4">
          <p className="text-sm" role="status">
            {state.ahead.length > 0 ? (
              <strong className="font-medium">
                {t("news", { count: state.ahead.length, more: String(state.aheadMore) })}
              </strong>
            ) : state.fetchedAt === undefined ? (
              t("never")
            ) : state.diverged ? null : (
              t("upToDate")
            )}{" "}
            {state.fetchedAt === undefined ? null : (
              <span className="text-muted-foreground text-xs">
                {t("checked")} <Ago at={state.fetchedAt} />
              </span>
            )}
          </p>
          {state.diverged ? <p className="text-sm text-waiting">{t("diverged")}</p> : null}
          {state.ahead.length > 0 ? (
            <ol className="flex max-h-72 flex-col gap-2 overflow-auto">
              {state.ahead.map((commit) => (
                <li key={commit.id}>
                  <CommitLine commit={commit} />
                </li>
              ))}
            </ol>
          ) : null}
        </div>
        <Changes state={state} local={local} onLocal={mayRun ? setLocal : null} />
        {mayRun ? (
          <Button
            className="self-start"
            variant={news || state.commit === null ? "default" : "outline"}
            disabled={busy}
            pending={asking === "update"}
            onClick={during("update", () => onUpdate(local))}
          >
            <Rocket aria-hidden />
            {t(asking === "update" ? "updating" : "update")}
          </Button>
        ) : null}
      </CardContent>
    </Card>
  );
}
