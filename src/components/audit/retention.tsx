"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Field } from "../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";
import { usePending } from "../ui/use-pending";

const FOREVER = "forever";
const choices = [30, 90, 365, 1_095, 3_650] as const;

/** How long entries are kept. */
export function Retention({ initial }: { initial: number | null }) {
  const t = useTranslations("audit.retention");
  const [days, setDays] = useState(initial);
  const { pending, during } = usePending();
  const known = [...new Set([...choices, ...(days === null ? [] : [days])])].sort((a, b) => a - b);
  async function change(value: string) {
    await during(async () => {
      const { keepDays } = await client.audit.setRetention({ keepDays: value === FOREVER ? null : Number(value) });
      setDays(keepDays);
      toast.success(t("set"));
    });
  }
  return (
    <Field label={t("label")} help={t("help")}>
      {(control) => (
        <Select
          value={days === null ? FOREVER : String(days)}
          disabled={pending}
          onValueChange={(next) => void change(next)}
        >
          <SelectTrigger {...control} className="max-w-xs">
            <SelectValue />
          </SelectTrigger>
          <SelectContent>
            {known.map((one) => (
              <SelectItem key={one} value={String(one)}>
                {t("days", { days: one })}
              </SelectItem>
            ))}
            <SelectItem value={FOREVER}>{t("forever")}</SelectItem>
          </SelectContent>
        </Select>
      )}
    </Field>
  );
}
