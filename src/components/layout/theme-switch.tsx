"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { theme as themes } from "#client/preferences";
import { Button } from "../ui/button";
import { useTheme } from "./theme";

const icons = { dark: Moon, light: Sun, system: Monitor };

/** Goes round dark, light, like this device. */
export function ThemeSwitch() {
  const t = useTranslations("theme");
  const { theme, choose } = useTheme();
  const Icon = icons[theme];
  const options = themes.options;
  const next = options[(options.indexOf(theme) + 1) % options.length] ?? "dark";
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={t("now", { theme: t(theme), next: t(next) })}
      title={t("now", { theme: t(theme), next: t(next) })}
      onClick={() => choose(next)}
    >
      <Icon aria-hidden />
    </Button>
  );
}
