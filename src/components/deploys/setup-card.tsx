"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { DeploySetup } from "#contracts/api/deploys";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { Field } from "../ui/field";
import { CodeInput, Input } from "../ui/input";
import { usePending } from "../ui/use-pending";
import { joinCommand, splitCommand } from "./argv";
import { BranchSelect } from "./branch-select";
import { configure } from "./use-deploys";

/** Which branch, what builds it, and how long it is watched. */
export function SetupCard({
  botId,
  setup: { settings },
  branches,
  onSaved,
}: {
  botId: string;
  setup: DeploySetup;
  branches: readonly string[];
  onSaved: () => unknown;
}) {
  const t = useTranslations("deploys.setup");
  const [branch, setBranch] = useState(settings.branch);
  const [build, setBuild] = useState(() => joinCommand(settings.build));
  const [watch, setWatch] = useState(String(settings.watchSeconds));
  const { pending, during } = usePending();
  const argv = splitCommand(build);
  const watchSeconds = /^\d{1,3}$/.test(watch.trim()) && Number(watch) <= 600 ? Number(watch) : null;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (argv === null || watchSeconds === null) return;
    await during(async () => {
      await configure(botId, { branch, build: argv, watchSeconds });
      toast.success(t("saved"));
      await onSaved();
    });
  }

  return (
    <Card>
      <CardContent>
        <form method="post" noValidate className="flex flex-col gap-5" onSubmit={save}>
          <h3 className="font-semibold">{t("title")}</h3>
          <Field label={t("branch")} help={t("branchHint")}>
            {(control) => (
              <BranchSelect
                control={control}
                branches={branches}
                byDefault={t("branchDefault")}
                value={branch}
                onValue={setBranch}
              />
            )}
          </Field>
          <Field label={t("build")} help={t("buildHint")} error={argv === null ? t("buildOpen") : undefined}>
            {(control) => <CodeInput {...control} value={build} onChange={(event) => setBuild(event.target.value)} />}
          </Field>
          <Field label={t("watch")} help={t("watchHint")} error={watchSeconds === null ? t("watchWrong") : undefined}>
            {(control) => (
              <span className="flex items-center gap-2">
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  className="w-24 tabular-nums"
                  value={watch}
                  onChange={(event) => setWatch(event.target.value)}
                />
                <span className="text-muted-foreground text-sm">{t("seconds")}</span>
              </span>
            )}
          </Field>
          <Button type="submit" className="self-start" pending={pending}>
            {t(pending ? "saving" : "save")}
          </Button>
        </form>
      </CardContent>
    </Card>
  );
}
