"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { botPermissions, panelPermissions } from "#contracts/access";
import type { KeyRequest, KeyView } from "#contracts/api/keys";
import { ChoiceGroup } from "../files/choice-group";
import { BotPicker, type NamedBot } from "../people/bot-picker";
import { type AnyPermission, PermissionPicker } from "../people/permission-picker";
import { Field } from "../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";
import { Textarea } from "../ui/textarea";
import { NameField } from "./name-field";
import { NewToken } from "./new-token";
import { type Confirmed, OwnerDialog } from "./owner-dialog";

/** How long a key may be good for, days; never is chosen like the others, not by leaving it out. */
const lives = ["7", "30", "90", "365", "never"] as const;
type Life = (typeof lives)[number];

/** Makes an API key, and shows it once. */
export function NewKey({
  bots,
  isAdmin,
  onAdded,
  onClose,
}: {
  bots: readonly NamedBot[];
  isAdmin: boolean;
  onAdded: (key: KeyView) => void;
  onClose: () => void;
}) {
  const t = useTranslations("apiKeys");
  const [name, setName] = useState("");
  const [reach, setReach] = useState<"some" | "everything">("some");
  const [permissions, setPermissions] = useState<AnyPermission[]>([]);
  const [where, setWhere] = useState<"all" | "own" | "these">("all");
  const [chosen, setChosen] = useState<string[]>([]);
  const [life, setLife] = useState<Life>("90");
  const [addresses, setAddresses] = useState("");
  const [token, setToken] = useState<string | null>(null);

  const offered = [...botPermissions, ...panelPermissions.filter((one) => isAdmin || one !== "admin")];
  const limits = reach === "some";
  const isReady =
    name.trim() !== "" && (!limits || (permissions.length > 0 && (where !== "these" || chosen.length > 0)));

  async function submit(confirmed: Confirmed) {
    const asked: KeyRequest = {
      name,
      scope: limits ? { permissions, bots: where === "these" ? chosen : where } : null,
      days: life === "never" ? null : Number(life),
      addresses: addresses.split(/[\s,]+/).filter((one) => one !== ""),
      ...confirmed,
    };
    const { token: made, ...key } = await client.account.keys.create(asked);
    onAdded(key);
    setToken(made);
  }

  if (token !== null) return <NewToken name={name} token={token} onClose={onClose} />;
  return (
    <OwnerDialog
      title={t("addTitle")}
      intro={t("addIntro")}
      action={t("submit")}
      ready={isReady}
      className="max-w-2xl"
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField label={t("name")} help={t("nameHelp")} value={name} onValue={setName} />
      <ChoiceGroup
        legend={t("reach")}
        choices={[
          { value: "some", label: t("reachSome") },
          { value: "everything", label: t("reachEverything") },
        ]}
        chosen={reach}
        onChoose={setReach}
      />
      {limits ? (
        <>
          <PermissionPicker offered={offered} chosen={permissions} onChoose={setPermissions} />
          <ChoiceGroup
            legend={t("where")}
            choices={[
              { value: "all", label: t("whereAll") },
              { value: "own", label: t("whereOwn") },
              { value: "these", label: t("whereThese") },
            ]}
            chosen={where}
            onChoose={setWhere}
          />
          {where === "these" ? <BotPicker bots={bots} chosen={chosen} onChoose={setChosen} /> : null}
        </>
      ) : null}
      <Field label={t("life")} help={life === "never" ? t("neverHelp") : undefined}>
        {(control) => (
          <Select value={life} onValueChange={(value) => setLife(lives.find((one) => one === value) ?? "90")}>
            <SelectTrigger {...control} className="w-56">
              <SelectValue />
            </SelectTrigger>
            <SelectContent>
              {lives.map((one) => (
                <SelectItem key={one} value={one}>
                  {one === "never" ? t("never") : t("days", { count: Number(one) })}
                </SelectItem>
              ))}
            </SelectContent>
          </Select>
        )}
      </Field>
      <Field label={t("addresses")} help={t("addressesHelp")}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            spellCheck={false}
            autoCapitalize="none"
            className="font-mono"
            value={addresses}
            onChange={(event) => setAddresses(event.target.value)}
          />
        )}
      </Field>
    </OwnerDialog>
  );
}
