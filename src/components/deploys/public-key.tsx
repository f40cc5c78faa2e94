"use client";

import { useTranslations } from "next-intl";
import { CopyButton } from "../ui/copy-button";

/** A deploy key to be added to a repository, and where its host wants it. */
export function PublicKey({ publicKey }: { publicKey: string }) {
  const t = useTranslations("deploys.key");
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p>{t("hint")}</p>
      <div className="flex items-start gap-2 rounded-lg border border-border bg-field p-3">
        <code className="wrap-anywhere min-w-0 flex-1 font-mono text-xs">{publicKey}</code>
        <CopyButton text={publicKey} label={t("copy")} />
      </div>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-muted-foreground text-xs">
        {(["github", "gitlab", "gitea"] as const).map((host) => (
          <li key={host}>{t(host)}</li>
        ))}
      </ul>
    </div>
  );
}
