"use client";

import { useTranslations } from "next-intl";
import type { Commit } from "#contracts/deploy";
import { Ago } from "../live/time";
import { CopyButton } from "../ui/copy-button";

/** A commit: what it says, who made it and when. */
export function CommitLine({ commit }: { commit: Commit }) {
  const t = useTranslations("deploys.now");
  const short = commit.id.slice(0, 7);
  return (
    <div className="flex min-w-0 items-center gap-2">
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere text-sm">{commit.subject}</p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          <code className="font-mono">{short}</code> · {commit.author} · <Ago at={commit.at} />
        </p>
      </div>
      <CopyButton text={commit.id} label={t("copyCommit", { commit: short })} />
    </div>
  );
}
