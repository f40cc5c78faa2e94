"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import type { DeploySetup } from "#contracts/api/deploys";
import { gitUser, isSshAddress } from "#contracts/git";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { Field } from "../ui/field";
import { CodeInput } from "../ui/input";
import { usePending } from "../ui/use-pending";
import { PublicKey } from "./public-key";
import { SecretInput } from "./secret-input";

type Props = { botId: string; url: string; setup: DeploySetup; onSaved: () => unknown };

/** What Botyard is let into the repository with: a token, or by ssh a deploy key. */
export function AccessCard(props: Props) {
  const t = useTranslations("deploys.access");
  return (
    <Card>
      <CardContent className="flex flex-col gap-4">
        <h3 className="font-semibold" id="access">
          {t("title")}
        </h3>
        {isSshAddress(props.url) ? <KeyAccess {...props} /> : <TokenAccess {...props} />}
      </CardContent>
    </Card>
  );
}

function TokenAccess({ botId, setup, onSaved }: Props) {
  const t = useTranslations("deploys.access");
  const [token, setToken] = useState("");
  const [user, setUser] = useState(setup.token?.user ?? gitUser.parse(undefined));
  const { pending, during } = usePending();
  const change = (work: () => Promise<unknown>, words: string) =>
    during(async () => {
      await work();
      setToken("");
      toast.success(words);
      await onSaved();
    });
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== "")
      void change(() => client.deploys.setToken({ botId, token: token.trim(), user: user.trim() }), t("kept"));
  };
  return (
    <form method="post" noValidate className="flex flex-col gap-5" onSubmit={save}>
      <p className="text-sm">{t(setup.token ? "kept" : "public")}</p>
      <Field label={t("token")} help={t("tokenHint")}>
        {(control) => <SecretInput {...control} value={token} onChange={(event) => setToken(event.target.value)} />}
      </Field>
      <Field label={t("user")} help={t("userHint")}>
        {(control) => <CodeInput {...control} value={user} onChange={(event) => setUser(event.target.value)} />}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" pending={pending} disabled={token.trim() === ""}>
          {t(setup.token ? "replace" : "set")}
        </Button>
        {setup.token ? (
          <Button
            variant="outline"
            disabled={pending}
            onClick={() => change(() => client.deploys.removeToken({ botId }), t("removed"))}
          >
            {t("remove")}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

function KeyAccess({ botId, setup, onSaved }: Props) {
  const t = useTranslations("deploys.access");
  const [sure, setSure] = useState(false);
  return (
    <>
      {setup.publicKey ? <PublicKey publicKey={setup.publicKey} /> : null}
      <Button variant="outline" size="sm" className="self-start" onClick={() => setSure(true)}>
        {t("newKey")}
      </Button>
      {sure ? (
        <ConfirmDialog
          title={t("newKeyTitle")}
          body={t("newKeyBody")}
          action={t("newKey")}
          cancel={t("cancel")}
          onConfirm={() => client.deploys.makeKey({ botId }).then(onSaved)}
          onClose={() => setSure(false)}
        />
      ) : null}
    </>
  );
}
