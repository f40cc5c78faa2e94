import { useTranslations } from "next-intl";

const parts = [
  ["profile", "account.profile.title"],
  ["password", "account.password.title"],
  ["two-factor", "account.twoFactor.title"],
  ["passkeys", "account.passkeys.title"],
  ["sessions", "account.sessions.title"],
  ["discord", "account.discord.title"],
  ["preferences", "account.preferences.title"],
  ["api-keys", "apiKeys.title"],
  ["ssh-keys", "account.sshKeys.title"],
  ["limits", "people.ownLimits"],
] as const;

/** Leads to the parts of the account: beside them on a wide screen, above them on a phone. */
export function SectionLinks() {
  const t = useTranslations();
  return (
    <nav aria-label={t("account.sections")}>
      <ul className="flex flex-wrap gap-1 xl:sticky xl:top-8 xl:flex-col">
        {parts.map(([id, words]) => (
          <li key={id}>
            <a
              href={`#${id}`}
              className="block rounded-lg px-3 py-1.5 text-muted-foreground text-sm outline-none hover:bg-secondary hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
            >
              {t(words)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
