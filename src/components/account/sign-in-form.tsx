"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { readFailure } from "#client/failure";
import { goToDiscord, signIn, signInByPasskey } from "#client/session";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { AuthCard } from "./auth-card";
import { CodeForm } from "./code-form";
import { FormError } from "./form-error";
import { OtherWays } from "./other-ways";
import { PasswordInput } from "./password-input";

type Props = {
  /** Where to go afterwards: a path of this panel. */
  next: string;
  /** Why the last try by Discord did not work, in words. */
  refused: string | null;
  /** Signing in with Discord is set up. */
  discord: boolean;
  /** The first step is done, by Discord: a code is asked for. */
  asksCode: boolean;
};

/** Signs in and goes on to `next`. */
export function SignInForm(props: Props) {
  const t = useTranslations("auth");
  const say = useFailureText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [asksCode, setAsksCode] = useState(props.asksCode);
  const [refused, setRefused] = useState(props.refused);

  // A whole load, so that nothing of the page before is kept.
  const goOn = () => window.location.assign(props.next);

  /** Shows the panel one way in. */
  async function attempt(way: () => Promise<unknown>) {
    setPending(true);
    setRefused(null);
    try {
      // Nothing is to be pressed again while the next page is on its way.
      if ((await way()) !== null) return goOn();
      setRefused(t("passkeyCancelled"));
    } catch (error) {
      if (readFailure(error).code === "second_factor_needed") setAsksCode(true);
      else setRefused(say(error));
    }
    setPending(false);
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => signIn(email, password).then(() => true));
  };
  const startAgain = (why: string | null) => {
    setAsksCode(false);
    setPassword("");
    setRefused(why);
  };

  if (asksCode) return <CodeForm onIn={goOn} onStartAgain={startAgain} />;
  return (
    <AuthCard title={t("title")} description={t("description")}>
      {/* post: a click before the page is alive must not put the password into the address. */}
      <form method="post" className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        <Field label={t("email")}>
          {(control) => (
            <Input
              {...control}
              name="email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("password")}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" size="lg" pending={pending}>
          {t("submit")}
        </Button>
      </form>
      <OtherWays
        disabled={pending}
        onPasskey={() => void attempt(signInByPasskey)}
        onDiscord={
          props.discord ? () => void goToDiscord(props.next).catch((error) => setRefused(say(error))) : undefined
        }
      />
    </AuthCard>
  );
}
