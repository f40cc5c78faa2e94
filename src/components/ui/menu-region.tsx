import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

/** Around an open menu, which stands at the end of the page, outside of its landmarks: one of its own, so that nothing is in none. */
export function MenuRegion({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  return <section aria-label={t("menu")}>{children}</section>;
}
