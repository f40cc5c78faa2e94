"use client";

import { KeyRound } from "lucide-react";
import { client } from "#client/api";
import type { KeyView } from "#contracts/api/keys";
import type { NamedBot } from "../people/bot-picker";
import { KeyRow } from "../people/key-row";
import { NewKey } from "./new-key";
import { OwnedList } from "./owned-list";

type Props = { initial: readonly KeyView[]; bots: readonly NamedBot[]; isAdmin: boolean };

/** The keys by which programs act for a person. */
export const ApiKeys = ({ initial, bots, isAdmin }: Props) => (
  <OwnedList
    id="api-keys"
    words="apiKeys"
    icon={<KeyRound aria-hidden />}
    initial={initial}
    row={(key, { toRemove }) => <KeyRow key={key.id} apiKey={key} bots={bots} onRevoke={toRemove} />}
    adding={(done) => <NewKey bots={bots} isAdmin={isAdmin} {...done} />}
    remove={({ id }) => client.account.keys.revoke({ keyId: id })}
  />
);
