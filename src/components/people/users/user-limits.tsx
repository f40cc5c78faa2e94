"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { UserView } from "#contracts/people";
import { ChoiceGroup } from "../../files/choice-group";
import { FormDialog } from "../../ui/form-dialog";
import { LimitFields, readLimits, typed } from "./limit-fields";

/** Limits of one account, or those of everybody. */
export function UserLimitsDialog({
  user,
  onChanged,
  onClose,
}: {
  user: UserView;
  onChanged: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("people");
  const [whose, setWhose] = useState<"panel" | "own">(user.limits ? "own" : "panel");
  const [value, setValue] = useState(typed(user.limits ?? user.bounds));
  const read = readLimits(value);
  async function save() {
    await client.users.setLimits({ userId: user.id, limits: whose === "own" ? read : null });
    toast.success(t("limitsSaved"));
    onChanged();
    onClose();
  }
  return (
    <FormDialog
      title={t("limitsTitle", { name: user.name })}
      intro={t("limitsIntro", { bots: user.usage.bots, memory: user.usage.memoryMb, disk: user.usage.diskMb })}
      action={t("limitsSave")}
      ready={whose === "panel" || read !== null}
      onSubmit={save}
      onClose={onClose}
    >
      <ChoiceGroup
        legend={t("limitsOwn")}
        choices={[
          { value: "panel", label: t("limitsPanel") },
          { value: "own", label: t("limitsTheirs") },
        ]}
        chosen={whose}
        onChoose={setWhose}
      />
      {whose === "own" ? <LimitFields value={value} onChange={setValue} /> : null}
    </FormDialog>
  );
}
