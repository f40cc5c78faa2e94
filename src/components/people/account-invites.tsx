"use client";

import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { Role } from "#contracts/access";
import { INVITE_HOURS, type InviteView } from "#contracts/members";
import { type Confirmed, OwnerDialog } from "../account/owner-dialog";
import { ChoiceGroup } from "../files/choice-group";
import { PageTitle } from "../layout/page-title";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { InviteRow } from "./sharing/invite-row";
import { HoursField, LinkDialog } from "./sharing/link-dialog";

/** Open invites to an account of one's own, for admins. */
export function AccountInvites({ initial }: { initial: readonly InviteView[] }) {
  const t = useTranslations("access");
  const say = useFailureText();
  const [invites, setInvites] = useState(initial);
  const [making, setMaking] = useState(false);
  const revoke = async ({ id }: InviteView) => {
    try {
      await client.invites.revoke({ inviteId: id });
      setInvites((now) => now.filter((one) => one.id !== id));
      toast.success(t("revoked"));
    } catch (error) {
      toast.error(say(error));
    }
  };
  return (
    <div className="max-w-4xl">
      <PageTitle title={t("accounts.title")} note={t("accounts.intro")}>
        <Button onClick={() => setMaking(true)}>
          <Link2 aria-hidden />
          {t("invite")}
        </Button>
      </PageTitle>
      {invites.length === 0 ? (
        <EmptyState icon={<Link2 aria-hidden />} title={t("accounts.none")} description={t("accounts.noneHint")} />
      ) : (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("invites")} className="divide-y divide-border">
              {invites.map((invite) => (
                <InviteRow key={invite.id} invite={invite} onRevoke={() => revoke(invite)} />
              ))}
            </ul>
          </CardContent>
        </Card>
      )}
      {making ? (
        <NewInvite onMade={(made) => setInvites((now) => [made, ...now])} onClose={() => setMaking(false)} />
      ) : null}
    </div>
  );
}

function NewInvite({ onMade, onClose }: { onMade: (invite: InviteView) => void; onClose: () => void }) {
  const t = useTranslations("access");
  const [role, setRole] = useState<Role>("user");
  const [hours, setHours] = useState<number>(INVITE_HOURS.default);
  const [note, setNote] = useState("");
  const [code, setCode] = useState<string | null>(null);
  async function submit(confirmed: Confirmed) {
    const { code: shown, ...made } = await client.invites.create({ role, hours, note, ...confirmed });
    onMade(made);
    setCode(shown);
  }
  if (code !== null) return <LinkDialog code={code} onClose={onClose} />;
  return (
    <OwnerDialog
      title={t("inviteTitle")}
      intro={t("accounts.dialogIntro")}
      action={t("makeLink")}
      asks={role === "admin"}
      onSubmit={submit}
      onClose={onClose}
    >
      <ChoiceGroup
        legend={t("accounts.role")}
        choices={[
          { value: "user", label: t("accounts.user") },
          { value: "admin", label: t("accounts.admin") },
        ]}
        chosen={role}
        onChoose={setRole}
      />
      <HoursField hours={hours} onChange={setHours} />
      <Field label={t("note")} help={t("noteHelp")}>
        {(control) => (
          <Input {...control} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
        )}
      </Field>
    </OwnerDialog>
  );
}
