import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SshKeys } from "#components/account/ssh-keys";
import { PageTitle } from "#components/layout/page-title";
import { readMe } from "#server/account";
import { requireActor } from "#server/page";
import { listSshKeys } from "#server/ssh-keys";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

export default async function AccountPage() {
  const actor = await requireActor();
  const t = await getTranslations("account");
  const [{ name, email }, { keys }] = await Promise.all([readMe(actor), listSshKeys(actor)]);
  return (
    <>
      <PageTitle title={t("title")} note={t("intro", { name, email })} />
      <SshKeys initial={keys} />
    </>
  );
}
