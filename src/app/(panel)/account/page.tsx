import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApiKeys } from "#components/account/api-keys";
import { DiscordSection } from "#components/account/discord-section";
import { Passkeys } from "#components/account/passkeys";
import { PasswordSection } from "#components/account/password-section";
import { PreferencesSection } from "#components/account/preferences-section";
import { ProfileSection } from "#components/account/profile-section";
import { SectionLinks } from "#components/account/section-links";
import { Sessions } from "#components/account/sessions";
import { SshKeys } from "#components/account/ssh-keys";
import { TwoFactorSection } from "#components/account/two-factor-section";
import { PageTitle } from "#components/layout/page-title";
import { OwnLimits } from "#components/people/users/own-limits";
import { readMe } from "#server/account";
import { listBotNames } from "#server/bot-names";
import { listKeys } from "#server/keys";
import { readOwnLimits } from "#server/limits";
import { requireActor } from "#server/page";
import { listPasskeys } from "#server/passkeys/index";
import { readPreferences } from "#server/preferences";
import { readSecurity } from "#server/security";
import { listSessions } from "#server/sessions";
import { listSshKeys } from "#server/ssh-keys";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function AccountPage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor();
  const t = await getTranslations();
  const [{ name, email, role }, security, sessions, passkeys, preferences, apiKeys, sshKeys, bots, limits] =
    await Promise.all([
      readMe(actor),
      readSecurity(actor),
      listSessions(actor),
      listPasskeys(actor),
      readPreferences(actor),
      listKeys(actor),
      listSshKeys(actor),
      listBotNames(actor),
      readOwnLimits(actor),
    ]);
  const { twoFactor, discord } = security;
  // Whoever comes back from Discord is told here why it did not work.
  const { error } = await searchParams;
  const refused =
    error === undefined ? null : t(error === "discord_taken" ? "error.discord_taken" : "error.discord_failed");
  return (
    <>
      <PageTitle title={t("account.title")} note={t("account.intro", { name, email })} />
      <div className="flex flex-col gap-8 xl:grid xl:grid-cols-[11rem_minmax(0,1fr)]">
        <SectionLinks />
        <div className="flex min-w-0 max-w-4xl flex-col gap-10">
          <ProfileSection name={name} email={email} />
          <PasswordSection email={email} />
          <TwoFactorSection twoFactor={twoFactor} />
          <Passkeys initial={passkeys.passkeys} />
          {/* Anew when others ended, as with a changed password. */}
          <Sessions key={sessions.sessions.map(({ id }) => id).join()} initial={sessions.sessions} />
          <DiscordSection {...discord} refused={refused} />
          <PreferencesSection initial={preferences} />
          <ApiKeys initial={apiKeys.keys} bots={bots} isAdmin={role === "admin"} />
          <SshKeys initial={sshKeys.keys} />
          <OwnLimits {...limits} />
        </div>
      </div>
    </>
  );
}
