"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { client } from "#client/api";
import { readFailure } from "#client/failure";
import { useFailureText } from "#client/words";
import { Ago } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";

type Asking = Awaited<ReturnType<typeof client.device.get>>;
type Decision = "allowed" | "refused";

/** What took the place of a form has the focus, and is read out. */
const goTo = (element: HTMLElement | null) => element?.focus();

/** Takes a code, shows what asks under it, and lets it in or not. */
export function DeviceForm({ code: given }: { code: string }) {
  const t = useTranslations("device");
  const say = useFailureText();
  const [code, setCode] = useState(given);
  const [password, setPassword] = useState("");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [decided, setDecided] = useState<Decision | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  const attempt = async (work: () => Promise<void>) => {
    setPending(true);
    setRefused(null);
    try {
      await work();
    } catch (error) {
      setRefused(say(error));
      if (readFailure(error).code === "device_code_unknown") setAsking(null);
    } finally {
      setPending(false);
    }
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => setAsking(await client.device.get({ userCode: code })));
  };
  const decide = (allow: boolean, reach: "everything" | "look" = "look") =>
    void attempt(async () => {
      await client.device.decide({ userCode: code, allow, reach, ...(allow && { password }) });
      setDecided(allow ? "allowed" : "refused");
    });

  return (
    <Card className="max-w-xl">
      <CardContent className="flex flex-col gap-5">
        <FormError>{refused}</FormError>
        {decided ? (
          <p ref={goTo} tabIndex={-1} className="outline-none">
            {t(decided)}
          </p>
        ) : asking ? (
          <>
            <p ref={goTo} tabIndex={-1} className="wrap-anywhere outline-none">
              {t("asks", { name: asking.name })}
            </p>
            <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
              <dt className="text-muted-foreground">{t("code")}</dt>
              <dd className="font-mono uppercase">{code}</dd>
              <dt className="text-muted-foreground">{t("from")}</dt>
              <dd className="font-mono">{asking.address}</dd>
              <dt className="text-muted-foreground">{t("at")}</dt>
              <dd>
                <Ago at={asking.at} />
              </dd>
            </dl>
            <p className="text-muted-foreground text-sm">{t("warning")}</p>
            <ConfirmPassword value={password} onValue={setPassword} />
            <div className="flex flex-wrap gap-3">
              <Button pending={pending} onClick={() => decide(true, "everything")}>
                {t("allow")}
              </Button>
              <Button variant="outline" disabled={pending} onClick={() => decide(true, "look")}>
                {t("allowLook")}
              </Button>
              <Button variant="ghost" disabled={pending} onClick={() => decide(false)}>
                {t("refuse")}
              </Button>
            </div>
          </>
        ) : (
          <form method="post" className="flex flex-col gap-5" onSubmit={look}>
            <Field label={t("code")} help={t("codeHelp")}>
              {(control) => (
                <Input
                  {...control}
                  className="font-mono uppercase"
                  maxLength={16}
                  autoComplete="off"
                  autoCapitalize="characters"
                  spellCheck={false}
                  required
                  value={code}
                  onChange={(event) => setCode(event.target.value)}
                />
              )}
            </Field>
            <Button type="submit" className="self-start" pending={pending} disabled={code.trim() === ""}>
              {t("look")}
            </Button>
          </form>
        )}
      </CardContent>
    </Card>
  );
}
