"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { UserView } from "#contracts/people";
import { ChoiceGroup } from "../../files/choice-group";
import { isTyped, TypedName } from "../../ui/confirm-by-name";
import { Field } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Input } from "../../ui/input";
import { useUsers } from "./use-users";

/** Deletes an account; asks for its name, and where its bots go. */
export function DeleteUser({
  user,
  onChanged,
  onClose,
}: {
  user: UserView;
  onChanged: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("people");
  const [taker, setTaker] = useState("");
  const [typed, setTyped] = useState("");
  const { bots } = user.usage;
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
      ready={(bots === 0 || taker !== "") && isTyped(typed, user.name)}
      destructive
      onSubmit={remove}
      onClose={onClose}
    >
      {bots > 0 ? <Taker user={user} chosen={taker} onChoose={setTaker} /> : null}
      <TypedName name={user.name} value={typed} onValue={setTyped} />
    </FormDialog>
  );
}

/** As many as fit a dialog; who is not among them is looked for. */
const SHOWN = 6;

function Taker({ user, chosen, onChoose }: { user: UserView; chosen: string; onChoose: (id: string) => void }) {
  const t = useTranslations("people");
  const [text, setText] = useState("");
  const { data } = useUsers(text);
  const found = data?.pages.flatMap(({ users }) => users) ?? [];
  const takers = found.filter(({ id, disabledAt }) => id !== user.id && disabledAt === null).slice(0, SHOWN);
  const look = (wanted: string) => {
    setText(wanted);
    // Nobody gets bots who cannot be seen to be chosen.
    onChoose("");
  };
  return (
    <>
      <Field label={t("findTaker")}>
        {(control) => (
          <Input
            {...control}
            type="search"
            maxLength={254}
            value={text}
            onChange={(event) => look(event.target.value)}
          />
        )}
      </Field>
      <ChoiceGroup
        legend={t("deleteBots", { count: user.usage.bots })}
        choices={takers.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
        chosen={chosen}
        onChoose={onChoose}
      />
      {data && takers.length === 0 ? <p className="text-sm">{t("nobody")}</p> : null}
    </>
  );
}
