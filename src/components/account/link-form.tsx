"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { CodeInput } from "../ui/input";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { useLinkCode } from "./use-link-code";
import { useSubmit } from "./use-submit";

/**
 * The form that a one-time link leads to. Its code is asked for by hand where the link brought none, or it was refused. `words`: where the
 * title, what is said of it and the verb are.
 */
export function LinkForm({
  words,
  work,
  children,
}: {
  words: "setup" | "reset";
  work: (code: string) => Promise<unknown>;
  children: ReactNode;
}) {
  const t = useTranslations(words);
  const { code, setCode, asksCode, askCode } = useLinkCode();
  const { pending, refused, submit } = useSubmit(() =>
    work(code.trim()).catch((error: unknown) => {
      askCode();
      throw error;
    }),
  );
  return (
    <AuthCard title={t("title")} description={t("description")}>
      <form method="post" noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <FormError>{refused}</FormError>
        {asksCode ? (
          <Field label={t("code")} help={t("codeHelp")}>
            {(control) => <CodeInput {...control} value={code} onChange={(event) => setCode(event.target.value)} />}
          </Field>
        ) : null}
        {children}
        <Button type="submit" size="lg" pending={pending}>
          {t("submit")}
        </Button>
      </form>
    </AuthCard>
  );
}
