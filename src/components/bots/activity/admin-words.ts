import { useTranslations } from "next-intl";
import { z } from "zod";

/** What is done with accounts by admins, and with what belongs to no bot. */
const actions = [
  "account.join",
  "account.viewAs",
  "account.viewAsEnd",
  "audit.download",
  "audit.retention",
  "ban.create",
  "ban.remove",
  "bot.owner",
  "device.allow",
  "device.refuse",
  "import.create",
  "import.retry",
  "key.create",
  "key.revoke",
  "limits.set",
  "stray.adopt",
  "stray.remove",
  "tag.create",
  "tag.delete",
  "tag.rename",
  "user.delete",
  "user.disable",
  "user.enable",
  "user.limits",
  "user.role",
  "user.update",
] as const;

// What entries carry beside their action; one written by a later version may carry something else.
const detail = z.object({
  name: z.string().catch(""),
  before: z.string().catch(""),
  who: z.string().catch(""),
  role: z.string().catch(""),
  value: z.string().catch(""),
  from: z.string().catch(""),
  to: z.string().catch(""),
  source: z.string().catch(""),
});

/** Says it in words; null for all other actions. */
export function useAdminWords(): (entry: { action: string; detail: Record<string, unknown> }) => string | null {
  const t = useTranslations("adminActivity");
  return ({ action, detail: raw }) => {
    const known = actions.find((each) => each === action);
    return known ? t(known, detail.parse(raw)) : null;
  };
}
