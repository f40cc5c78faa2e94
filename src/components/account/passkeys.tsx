"use client";

import { Fingerprint } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import type { PasskeyView } from "#contracts/api/passkeys";
import { Button } from "../ui/button";
import { AddPasskey } from "./add-passkey";
import { OwnedList, OwnedRow, Uses } from "./owned-list";
import { RenamePasskey } from "./rename-passkey";

/** What signs one in without a password. */
export const Passkeys = ({ initial }: { initial: readonly PasskeyView[] }) => (
  <OwnedList
    id="passkeys"
    words="account.passkeys"
    icon={<Fingerprint aria-hidden />}
    initial={initial}
    row={(one, { toRemove, changed }) => <Row key={one.id} passkey={one} onRenamed={changed} onRemove={toRemove} />}
    adding={(done) => <AddPasskey {...done} />}
    remove={({ id }) => client.account.passkeys.remove({ passkeyId: id })}
  />
);

type RowProps = { passkey: PasskeyView; onRenamed: (passkey: PasskeyView) => void; onRemove: () => void };

function Row({ passkey, onRenamed, onRemove }: RowProps) {
  const t = useTranslations("account.passkeys");
  const [renaming, setRenaming] = useState(false);
  const { name, createdAt, lastUsedAt } = passkey;
  return (
    <OwnedRow
      name={name}
      actions={
        <div className="flex gap-2">
          <Button size="sm" variant="ghost" aria-label={t("renameLabel", { name })} onClick={() => setRenaming(true)}>
            {t("rename")}
          </Button>
          <Button size="sm" variant="outline" aria-label={t("removeLabel", { name })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </div>
      }
    >
      <Uses words="account.passkeys" createdAt={createdAt} lastUsedAt={lastUsedAt} />
      {renaming ? <RenamePasskey passkey={passkey} onRenamed={onRenamed} onClose={() => setRenaming(false)} /> : null}
    </OwnedRow>
  );
}
