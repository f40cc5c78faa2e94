"use client";

import { Bot, Plus, ScrollText, Users } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "#client/class-names";
import { DockKeeper } from "../files/dock/dock-keeper";
import { UploadQuestions } from "../files/upload/upload-question";
import { ConnectionDot } from "../live/connection-dot";
import { LiveBanner } from "../live/live-banner";
import { LiveProvider } from "../live/provider";
import { Brand } from "./brand";
import { ThemeSwitch } from "./theme-switch";
import { UserMenu } from "./user-menu";
import { ViewingBanner } from "./viewing-banner";

const places = [
  {
    href: "/",
    words: "fleet",
    icon: Bot,
    here: (path: string) => path === "/" || (/^\/bots\//.test(path) && path !== "/bots/new"),
  },
  { href: "/bots/new", words: "newBot", icon: Plus, here: (path: string) => path === "/bots/new" },
] as const;
/** Of admins. */
const adminPlaces = [
  { href: "/people", words: "people", icon: Users, here: (path: string) => path === "/people" },
  { href: "/audit", words: "audit", icon: ScrollText, here: (path: string) => path === "/audit" },
] as const;

function Places({
  isAdmin,
  className,
  itemClassName,
}: {
  isAdmin: boolean;
  className?: string;
  itemClassName?: string;
}) {
  const t = useTranslations("nav");
  const path = usePathname();
  return (
    <nav aria-label={t("label")} className={className}>
      {[...places, ...(isAdmin ? adminPlaces : [])].map(({ href, words, icon: Icon, here }) => (
        <Link
          key={href}
          href={href}
          aria-current={here(path) ? "page" : undefined}
          className={cn(
            "flex items-center gap-2.5 rounded-lg font-medium text-muted-foreground text-sm outline-none hover:bg-secondary hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring aria-[current=page]:bg-accent-soft aria-[current=page]:text-link [&_svg]:size-4.5",
            itemClassName,
          )}
        >
          <Icon aria-hidden />
          {t(words)}
        </Link>
      ))}
    </nav>
  );
}

/** The frame of every page behind the sign-in: a sidebar on wide screens, a bar above and below on phones. */
export function AppShell({
  userId,
  name,
  isAdmin,
  viewing,
  children,
}: {
  userId: string | undefined;
  name: string;
  /** Whether what is for admins is shown. */
  isAdmin: boolean;
  /** An admin looks at it as this person. */
  viewing: boolean;
  children: ReactNode;
}) {
  const t = useTranslations("common");
  return (
    <LiveProvider drawnFor={{ userId, isAdmin }}>
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-popover px-4 py-2 text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skipToContent")}
      </a>
      <div className="lg:grid lg:min-h-dvh lg:grid-cols-[14rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col gap-6 border-border border-r bg-card p-4 lg:flex">
          <Link href="/" className="rounded-lg p-1 outline-none focus-visible:ring-2 focus-visible:ring-ring">
            <Brand />
          </Link>
          <Places isAdmin={isAdmin} className="flex flex-col gap-1" itemClassName="px-3 py-2" />
          <div className="mt-auto flex flex-col gap-2">
            <ConnectionDot className="px-2" />
            <div className="flex items-center justify-between gap-1">
              <UserMenu name={name} wide />
              <ThemeSwitch />
            </div>
          </div>
        </aside>
        <div className="flex min-h-dvh min-w-0 flex-col pb-[calc(4rem+env(safe-area-inset-bottom))] lg:pb-0">
          <header className="sticky top-0 z-30 flex items-center justify-between gap-2 border-border border-b bg-card px-4 py-2 lg:hidden">
            <Link href="/" className="flex rounded-lg outline-none focus-visible:ring-2 focus-visible:ring-ring">
              <Brand />
            </Link>
            <div className="flex items-center gap-1">
              <ConnectionDot bare />
              <ThemeSwitch />
              <UserMenu name={name} />
            </div>
          </header>
          {viewing ? <ViewingBanner name={name} /> : null}
          <LiveBanner />
          <main id="content" tabIndex={-1} className="mx-auto w-full max-w-7xl flex-1 p-4 outline-none sm:p-6 lg:p-8">
            {children}
          </main>
          <DockKeeper />
          <UploadQuestions />
        </div>
        <Places
          isAdmin={isAdmin}
          className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col gap-1 border-border border-t bg-card p-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))] lg:hidden"
          itemClassName="h-12 flex-col justify-center gap-0.5 text-xs"
        />
      </div>
    </LiveProvider>
  );
}
