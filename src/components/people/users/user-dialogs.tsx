"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import type { UserView } from "#contracts/people";
import { type Confirmed, OwnerDialog } from "../../account/owner-dialog";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { DeleteUser } from "./delete-user";
import { UserKeys } from "./user-keys";
import { UserLimitsDialog } from "./user-limits";

/** What an admin may do with an account. */
export type What = "limits" | "keys" | "makeAdmin" | "makeUser" | "disable" | "enable" | "delete";
export type Asked = { what: What; user: UserView };

/** The question or form that an action of a row opens. */
export function UserDialogs({
  asked: { what, user },
  onChanged,
  onClose,
}: {
  asked: Asked;
  onChanged: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("people");
  const { id: userId, name } = user;
  if (what === "limits") return <UserLimitsDialog user={user} onChanged={onChanged} onClose={onClose} />;
  if (what === "keys") return <UserKeys user={user} onChanged={onChanged} onClose={onClose} />;
  if (what === "delete") return <DeleteUser user={user} onChanged={onChanged} onClose={onClose} />;
  if (what === "makeAdmin") return <MakeAdmin user={user} onChanged={onChanged} onClose={onClose} />;
  const questions = {
    makeUser: {
      title: t("userTitle", { name }),
      body: t("userBody", { name }),
      done: t("roleChanged", { name }),
      act: () => client.users.setRole({ userId, role: "user" }),
    },
    disable: {
      title: t("disableTitle", { name }),
      body: t("disableBody"),
      done: t("disabledNow", { name }),
      act: () => client.users.disable({ userId }),
    },
    enable: {
      title: t("enableTitle", { name }),
      body: t("enableBody"),
      done: t("enabledNow", { name }),
      act: () => client.users.enable({ userId }),
    },
  };
  const { title, body, done, act } = questions[what];
  return (
    <ConfirmDialog
      title={title}
      body={body}
      action={t(`act.${what}`)}
      destructive={what === "disable"}
      onConfirm={async () => {
        await act();
        toast.success(done);
        onChanged();
      }}
      onClose={onClose}
    />
  );
}

function MakeAdmin({ user, onChanged, onClose }: { user: UserView; onChanged: () => void; onClose: () => void }) {
  const t = useTranslations("people");
  const { id: userId, name } = user;
  const submit = async (confirmed: Confirmed) => {
    await client.users.setRole({ userId, role: "admin", ...confirmed });
    toast.success(t("roleChanged", { name }));
    onChanged();
    onClose();
  };
  return (
    <OwnerDialog
      title={t("adminTitle", { name })}
      intro={t("adminBody", { name })}
      action={t("act.makeAdmin")}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
