"use client";

import { client } from "#client/api";
import { signIn } from "#client/session";
import { LinkForm } from "./link-form";
import { useAccountFields } from "./use-account-fields";
import { LEAVING } from "./use-submit";

/** Makes the first account and signs in with it. */
export function SetupForm() {
  const { form, check, fields } = useAccountFields();
  async function make(code: string) {
    if (!check()) return;
    await client.setup.create({ ...form, ...(code && { code }) });
    await signIn(form.email, form.password);
    window.location.assign("/");
    return LEAVING;
  }
  return (
    <LinkForm words="setup" work={make}>
      {fields}
    </LinkForm>
  );
}
