import { useLocale, useTranslations } from "next-intl";
import { z } from "zod";

const actions = [
  "bot.create",
  "bot.update",
  "bot.delete",
  "bot.start",
  "bot.stop",
  "bot.restart",
  "bot.kill",
  "bot.cancelInstall",
  "bot.input",
  "bot.trust",
  "env.set",
  "env.unset",
  "log.download",
] as const;
const parts = ["name", "runtime", "entry", "settings"] as const;

// What entries carry beside their action; one written by a later version may carry something else.
const detail = z.object({
  source: z.string().catch(""),
  key: z.string().catch(""),
  characters: z.number().catch(0),
  trusted: z.boolean().catch(false),
  changed: z.union([z.boolean(), z.array(z.string())]).catch(false),
});

/** Says what was done in words. An action that has none shows its own name. */
export function useActionWords(): (entry: { action: string; detail: Record<string, unknown> }) => string {
  const t = useTranslations("activity");
  const locale = useLocale();
  return ({ action, detail: raw }) => {
    const known = actions.find((each) => each === action);
    if (!known) return action;
    const { source, key, characters, changed, trusted } = detail.parse(raw);
    const named = Array.isArray(changed) ? parts.filter((part) => changed.includes(part)) : [];
    const list = new Intl.ListFormat(locale).format(
      (named.length > 0 ? named : (["settings"] as const)).map((part) => t(`part.${part}`)),
    );
    switch (known) {
      case "bot.create":
        return t("action.bot.create", { source }).trim();
      case "bot.update":
        return t("action.bot.update", { changed: list });
      case "bot.input":
        return t("action.bot.input", { characters });
      case "bot.trust":
        return t("action.bot.trust", { trusted: String(trusted) });
      case "env.set":
        return t("action.env.set", { key, changed: String(changed === true) });
      case "env.unset":
        return t("action.env.unset", { key });
      case "log.download":
        return t("action.log.download", { source });
      default:
        return t(`action.${known}`);
    }
  };
}
