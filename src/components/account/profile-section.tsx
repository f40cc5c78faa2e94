"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";
import { Section, SectionCard } from "./section";
import { useSubmit } from "./use-submit";

type Props = { name: string; email: string };

/** What one is called, and what one signs in with. */
export function ProfileSection(props: Props) {
  const t = useTranslations("account.profile");
  return (
    <Section id="profile" title={t("title")} intro={t("intro")}>
      <SectionCard>
        <NameForm name={props.name} />
        <EmailForm email={props.email} />
      </SectionCard>
    </Section>
  );
}

function NameForm({ name: before }: { name: string }) {
  const t = useTranslations("account.profile");
  const router = useRouter();
  const [name, setName] = useState(before);
  const { pending, refused, submit } = useSubmit(async () => {
    const me = await client.account.rename({ name });
    setName(me.name);
    toast.success(t("nameSaved", { name: me.name }));
    router.refresh();
  });
  return (
    <form method="post" className="flex flex-col gap-3" onSubmit={submit}>
      <FormError>{refused}</FormError>
      <Field label={t("name")} required>
        {(control) => (
          <Input
            {...control}
            autoComplete="name"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <div>
        <Button type="submit" variant="outline" pending={pending} disabled={name.trim() === "" || name === before}>
          {t("saveName")}
        </Button>
      </div>
    </form>
  );
}

function EmailForm({ email: before }: { email: string }) {
  const t = useTranslations("account.profile");
  const router = useRouter();
  const [email, setEmail] = useState(before);
  const [password, setPassword] = useState("");
  const { pending, refused, submit } = useSubmit(async () => {
    const me = await client.account.changeEmail({ email, password });
    setEmail(me.email);
    setPassword("");
    toast.success(t("emailSaved", { email: me.email }));
    router.refresh();
  });
  const changed = email.trim() !== before;
  return (
    <form method="post" className="flex flex-col gap-3" onSubmit={submit}>
      <FormError>{refused}</FormError>
      <Field label={t("email")} help={t("emailHelp")} required>
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      {changed ? <ConfirmPassword value={password} onValue={setPassword} /> : null}
      <div>
        <Button type="submit" variant="outline" pending={pending} disabled={!changed || email.trim() === ""}>
          {t("saveEmail")}
        </Button>
      </div>
    </form>
  );
}
