import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApiKeys } from "#components/account/api-keys";
import { SshKeys } from "#components/account/ssh-keys";
import { PageTitle } from "#components/layout/page-title";
import { readMe } from "#server/account";
import { listBotNames } from "#server/bot-names";
import { listKeys } from "#server/keys";
import { requireActor } from "#server/page";
import { listSshKeys } from "#server/ssh-keys";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

export default async function AccountPage() {
  const actor = await requireActor();
  const t = await getTranslations("account");
  const [{ name, email, role }, apiKeys, sshKeys, bots] = await Promise.all([
    readMe(actor),
    listKeys(actor),
    listSshKeys(actor),
    listBotNames(actor),
  ]);
  return (
    <>
      <PageTitle title={t("title")} note={t("intro", { name, email })} />
      <div className="flex flex-col gap-10">
        <ApiKeys initial={apiKeys.keys} bots={bots} isAdmin={role === "admin"} />
        <SshKeys initial={sshKeys.keys} />
      </div>
    </>
  );
}
