"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { UserLimits } from "#contracts/people";
import { Button } from "../../ui/button";
import { FormDialog } from "../../ui/form-dialog";
import { LimitFields, readLimits, typed } from "./limit-fields";

/** What bounds everybody who has no limits of their own. */
export function Everybody({ limits, onChanged }: { limits: UserLimits; onChanged: () => void }) {
  const t = useTranslations("people");
  const [value, setValue] = useState<ReturnType<typeof typed> | null>(null);
  const read = value && readLimits(value);
  const told = [
    [t("limitBots"), limits.bots],
    [t("limitMemory"), limits.memoryMb],
    [t("limitDisk"), limits.diskMb],
  ].flatMap(([label, most]) => (most === null ? [] : [`${label}: ${most}`]));
  async function save() {
    if (!read) return;
    await client.limits.set(read);
    toast.success(t("limitsSaved"));
    setValue(null);
    onChanged();
  }
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{t("everybody")}</h2>
          <p className="text-muted-foreground text-sm">{t("everybodyIntro")}</p>
        </div>
        <Button size="sm" variant="outline" onClick={() => setValue(typed(limits))}>
          {t("change")}
        </Button>
      </div>
      <p className="text-muted-foreground text-sm">{t("limitsCounted")}</p>
      <p className="text-sm">{told.length > 0 ? told.join(" · ") : t("noLimits")}</p>
      {value ? (
        <FormDialog
          title={t("everybody")}
          intro={t("everybodyIntro")}
          action={t("limitsSave")}
          ready={read !== null}
          onSubmit={save}
          onClose={() => setValue(null)}
        >
          <LimitFields value={value} onChange={setValue} />
        </FormDialog>
      ) : null}
    </section>
  );
}
