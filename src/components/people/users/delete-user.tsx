"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { UserView } from "#contracts/people";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../../ui/select";

/** Deletes an account; asks where its bots go. */
export function DeleteUser({
  user,
  users,
  onChanged,
  onClose,
}: {
  user: UserView;
  users: readonly UserView[];
  onChanged: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("people");
  const [taker, setTaker] = useState("");
  const { bots } = user.usage;
  const takers = users.filter(({ id, disabledAt }) => id !== user.id && disabledAt === null);
  async function remove() {
    await client.users.delete({ userId: user.id, ...(bots > 0 && { botsTo: taker }) });
    toast.success(t("deleted", { name: user.name }));
    onChanged();
    onClose();
  }
  return (
    <FormDialog
      title={t("deleteTitle", { name: user.name })}
      intro={t("deleteBody")}
      action={t("act.delete")}
      ready={bots === 0 || taker !== ""}
      onSubmit={remove}
      onClose={onClose}
    >
      {bots > 0 ? (
        <Field label={t("deleteBots", { count: bots })} required>
          {(control) => (
            <Select value={taker} onValueChange={setTaker}>
              <SelectTrigger {...control}>
                <SelectValue placeholder={t("chooseTaker")} />
              </SelectTrigger>
              <SelectContent>
                {takers.map(({ id, name, email }) => (
                  <SelectItem key={id} value={id}>
                    {`${name} (${email})`}
                  </SelectItem>
                ))}
              </SelectContent>
            </Select>
          )}
        </Field>
      ) : null}
    </FormDialog>
  );
}
