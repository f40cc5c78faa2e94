"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { client } from "#client/api";
import type { DeploySetup } from "#contracts/api/deploys";
import { useMounted } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { Label } from "../ui/label";
import { Switch } from "../ui/switch";
import { usePending } from "../ui/use-pending";
import { configure } from "./use-deploys";

/** The webhook: its address, its secret (once), whether it deploys, and where hosts want them. */
export function HookCard({
  botId,
  setup: { settings, hook },
  onSaved,
}: {
  botId: string;
  setup: DeploySetup;
  onSaved: () => unknown;
}) {
  const t = useTranslations("deploys.hook");
  const id = useId();
  const mounted = useMounted();
  const [secret, setSecret] = useState<string | null>(null);
  const { pending, during } = usePending();
  const change = (work: () => Promise<unknown>) =>
    during(async () => {
      await work();
      await onSaved();
    });
  const make = () =>
    change(async () => {
      setSecret((await client.deploys.makeHookSecret({ botId })).secret);
      // Whoever sets it up wants it to work; afterwards the switch says.
      if (hook === null) await configure(botId, { webhook: true });
    });
  return (
    <Card>
      <CardContent className="flex flex-col gap-4 text-sm">
        <h3 className="font-semibold text-base">{t("title")}</h3>
        <p className="text-muted-foreground">{t("intro")}</p>
        {hook === null ? null : (
          <>
            <div className="flex items-center gap-3">
              <Switch
                id={id}
                checked={settings.webhook}
                disabled={pending}
                onCheckedChange={(webhook) => change(() => configure(botId, { webhook }))}
              />
              <Label htmlFor={id}>{t("on")}</Label>
            </div>
            <Shown label={t("address")} copy={t("copyAddress")} text={mounted ? window.location.origin + hook : hook} />
            {secret === null ? null : (
              <>
                <Shown label={t("secret")} copy={t("copySecret")} text={secret} />
                <p role="status" className="text-waiting">
                  {t("secretOnce")}
                </p>
              </>
            )}
            <ul className="flex list-disc flex-col gap-1 pl-5 text-muted-foreground text-xs">
              {(["github", "gitlab", "gitea", "reach"] as const).map((host) => (
                <li key={host}>{t(host)}</li>
              ))}
            </ul>
          </>
        )}
        <div>
          <Button variant="outline" size="sm" pending={pending} onClick={make}>
            {t(hook === null ? "make" : "makeAgain")}
          </Button>
          {hook === null ? null : <p className="mt-1 text-muted-foreground text-xs">{t("again")}</p>}
        </div>
      </CardContent>
    </Card>
  );
}

const Shown = ({ label, copy, text }: { label: string; copy: string; text: string }) => (
  <div>
    <p className="font-medium">{label}</p>
    <div className="mt-1 flex items-start gap-2 rounded-lg border border-border bg-field p-3">
      <code className="wrap-anywhere min-w-0 flex-1 font-mono text-xs">{text}</code>
      <CopyButton text={text} label={copy} />
    </div>
  </div>
);
