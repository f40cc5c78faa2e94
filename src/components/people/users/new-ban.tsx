"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { type BanKind, banKind } from "#contracts/people";
import { ChoiceGroup } from "../../files/choice-group";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { CodeInput, Input } from "../../ui/input";

const spans = ["1", "7", "30", "never"] as const;
const DAY_MS = 86_400_000;

/** Keeps somebody out. */
export function NewBan({ onChanged, onClose }: { onChanged: () => void; onClose: () => void }) {
  const t = useTranslations("people");
  const [kind, setKind] = useState<BanKind>("network");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [span, setSpan] = useState<(typeof spans)[number]>("never");
  const [wrong, setWrong] = useState<string | null>(null);
  async function ban() {
    setWrong(null);
    const until = span === "never" ? null : Date.now() + Number(span) * DAY_MS;
    const made = await client.bans.create({ kind, value, reason, until });
    toast.success(t("banned", { value: made.value }));
    onChanged();
    onClose();
  }
  return (
    <FormDialog
      title={t("banTitle")}
      intro={t("banIntro")}
      action={t("ban")}
      ready={value.trim() !== ""}
      onSubmit={ban}
      onFailed={setWrong}
      onClose={onClose}
    >
      <ChoiceGroup
        legend={t("banKind")}
        choices={banKind.options.map((one) => ({ value: one, label: t(`kind.${one}`) }))}
        chosen={kind}
        onChoose={setKind}
      />
      <Field label={t("banValue")} help={t(`banHelp.${kind}`)} error={wrong} required>
        {(control) => <CodeInput {...control} value={value} onChange={(event) => setValue(event.target.value)} />}
      </Field>
      <Field label={t("banReason")} help={t("banReasonHelp")}>
        {(control) => (
          <Input {...control} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
      <ChoiceGroup
        legend={t("banFor")}
        choices={spans.map((one) => ({ value: one, label: t(`banDays.${one}`) }))}
        chosen={span}
        onChoose={setSpan}
      />
    </FormDialog>
  );
}
