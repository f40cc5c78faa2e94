"use client";

import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import type { z } from "zod";
import { client } from "#client/api";
import type { sshKeyView } from "#contracts/api/account";
import { Button } from "../ui/button";
import { AddSshKey } from "./add-ssh-key";
import { OwnedList, OwnedRow, Uses } from "./owned-list";

export type SshKey = z.infer<typeof sshKeyView>;

/** The keys that a person signs in with over SFTP. */
export const SshKeys = ({ initial }: { initial: readonly SshKey[] }) => (
  <OwnedList
    id="ssh-keys"
    words="account.sshKeys"
    icon={<KeyRound aria-hidden />}
    initial={initial}
    row={(key, { toRemove }) => <Row key={key.id} sshKey={key} onRemove={toRemove} />}
    adding={(done) => <AddSshKey {...done} />}
    remove={({ id }) => client.account.sshKeys.remove({ keyId: id })}
  />
);

function Row({ sshKey: { name, type, fingerprint, ...uses }, onRemove }: { sshKey: SshKey; onRemove: () => void }) {
  const t = useTranslations("account.sshKeys");
  return (
    <OwnedRow
      name={name}
      actions={
        <Button size="sm" variant="outline" aria-label={t("removeLabel", { name })} onClick={onRemove}>
          {t("remove")}
        </Button>
      }
    >
      <p className="wrap-anywhere text-muted-foreground text-xs">
        {type} · <code>{fingerprint}</code>
      </p>
      <Uses words="account.sshKeys" createdAt={uses.createdAt} lastUsedAt={uses.lastUsedAt} />
    </OwnedRow>
  );
}
