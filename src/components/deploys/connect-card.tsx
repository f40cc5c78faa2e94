"use client";

import { useQueryClient } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { isSshAddress } from "#contracts/git";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { Field } from "../ui/field";
import { CodeInput } from "../ui/input";
import { SecretInput } from "./secret-input";

/** Connects a bot that did not come from git to a repository. */
export function ConnectCard({ botId }: { botId: string }) {
  const t = useTranslations("deploys.connect");
  const say = useFailureText();
  const queries = useQueryClient();
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<string>();

  async function connect(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setWrong(undefined);
    try {
      const given = token.trim() === "" || isSshAddress(url) ? {} : { token: token.trim() };
      await client.deploys.connect({ botId, url: url.trim(), ...given });
      toast.success(t("done"));
      await queries.invalidateQueries({ queryKey: keys.bot(botId) });
    } catch (error) {
      setWrong(say(error));
    }
    setPending(false);
  }

  return (
    <Card className="max-w-2xl">
      <CardContent>
        <form method="post" noValidate className="flex flex-col gap-5" onSubmit={connect}>
          <div>
            <h2 className="flex items-center gap-2 font-semibold">
              <GitBranch className="size-4 text-muted-foreground" aria-hidden />
              {t("title")}
            </h2>
            <p className="text-muted-foreground text-sm">{t("intro")}</p>
          </div>
          <Field label={t("url")} help={t("urlHint")} error={wrong} required>
            {(control) => (
              <CodeInput
                {...control}
                autoCapitalize="none"
                value={url}
                onChange={(event) => setUrl(event.target.value)}
              />
            )}
          </Field>
          {isSshAddress(url) ? null : (
            <Field label={t("token")} help={t("tokenHint")}>
              {(control) => (
                <SecretInput {...control} value={token} onChange={(event) => setToken(event.target.value)} />
              )}
            </Field>
          )}
          <Button type="submit" className="self-start" pending={pending} disabled={url.trim() === ""}>
            {t(pending ? "connecting" : "connect")}
          </Button>
        </form>
      </CardContent>
    </Card>
  );
}
