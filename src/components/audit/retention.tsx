"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { Field } from "../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";

const FOREVER = "forever";
const choices = [30, 90, 365, 1_095, 3_650] as const;

/** How long entries are kept. */
export function Retention({ initial }: { initial: number | null }) {
  const t = useTranslations("audit.retention");
  const say = useFailureText();
  const [days, setDays] = useState(initial);
  const [pending, setPending] = useState(false);
  const known = [...new Set([...choices, ...(days === null ? [] : [days])])].sort((a, b) => a - b);
  async function change(value: string) {
    setPending(true);
    try {
      const { keepDays } = await client.audit.setRetention({ keepDays: value === FOREVER ? null : Number(value) });
      setDays(keepDays);
      toast.success(t("set"));
    } catch (error) {
      toast.error(say(error));
    } finally {
      setPending(false);
    }
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
