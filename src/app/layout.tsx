import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { readTheme, THEME_COOKIE } from "#client/preferences";
import { Providers } from "#components/layout/providers";
import { currentPreferences } from "#server/page";
import { inter, jetbrains } from "./fonts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common");
  return { title: { default: t("appName"), template: `%s · ${t("appName")}` }, robots: { index: false } };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#0c0915" },
    { media: "(prefers-color-scheme: light)", color: "#f7f5fc" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const kept = await currentPreferences();
  const theme = kept?.theme ?? readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang={await getLocale()} className={`${theme} ${inter.variable} ${jetbrains.variable}`}>
      <body className="min-h-dvh">
        <NextIntlClientProvider>
          <Providers theme={theme} isSignedIn={kept !== null} hasZone={Boolean(kept?.timeZone)}>
            {children}
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
