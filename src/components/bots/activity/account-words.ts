import { useTranslations } from "next-intl";
import { z } from "zod";

/** What people do with their own accounts; `signInFailed`, `codeFailed` and `confirmFailed` are what somebody tried. */
const actions = [
  "account.setup",
  "account.signIn",
  "account.signOut",
  "account.signInFailed",
  "account.codeFailed",
  "account.confirmFailed",
  "account.name",
  "account.email",
  "account.password",
  "account.passwordReset",
  "session.end",
  "session.endOthers",
  "twoFactor.on",
  "twoFactor.off",
  "twoFactor.codes",
  "twoFactor.recoveryCode",
  "passkey.add",
  "passkey.rename",
  "passkey.remove",
  "discord.link",
  "discord.unlink",
  "user.reset",
  "sshKey.add",
  "sshKey.remove",
] as const;

// What entries carry beside their action; one written by a later version may carry something else.
const detail = z.object({
  name: z.string().catch(""),
  email: z.string().catch(""),
  via: z.string().catch(""),
  count: z.number().catch(0),
  address: z.string().catch(""),
  disableTwoFactor: z.boolean().catch(false),
});

/** Says in words what was done with an account; null for all other actions. */
export function useAccountWords(): (entry: { action: string; detail: Record<string, unknown> }) => string | null {
  const t = useTranslations("accountActivity");
  return ({ action, detail: raw }) => {
    const known = actions.find((each) => each === action);
    if (!known) return null;
    const { disableTwoFactor, ...values } = detail.parse(raw);
    return t(known, { ...values, factor: String(disableTwoFactor) });
  };
}
