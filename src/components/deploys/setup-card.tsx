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
import { BranchSelect } from "./branch-select";
import { formOf, readDraft, type SetupDraft } from "./setup-draft";
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
  const [draft, setDraft] = useState<SetupDraft>({});
  const { pending, during } = usePending();
  const { branch, build, watch } = formOf(settings, draft);
  const { part, wrong } = readDraft(draft);
  const change = (typed: SetupDraft) => setDraft((before) => ({ ...before, ...typed }));

  async function save(event: FormEvent) {
    event.preventDefault();
    if (wrong.build || wrong.watch) return;
    await during(async () => {
      await configure(botId, part);
      toast.success(t("saved"));
      await onSaved();
      // What was typed while it was saved stays.
      setDraft((typed) => (typed === draft ? {} : typed));
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
                onValue={(chosen) => change({ branch: chosen })}
              />
            )}
          </Field>
          <Field label={t("build")} help={t("buildHint")} error={wrong.build ? t("buildOpen") : undefined}>
            {(control) => (
              <CodeInput {...control} value={build} onChange={(event) => change({ build: event.target.value })} />
            )}
          </Field>
          <Field label={t("watch")} help={t("watchHint")} error={wrong.watch ? t("watchWrong") : undefined}>
            {(control) => (
              <span className="flex items-center gap-2">
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  className="w-24 tabular-nums"
                  value={watch}
                  onChange={(event) => change({ watch: event.target.value })}
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
