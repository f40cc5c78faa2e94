"use client";

import {
  Activity,
  FolderTree,
  KeyRound,
  Package,
  Rocket,
  ScrollText,
  Settings,
  SquareTerminal,
  Users,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { cn } from "#client/class-names";
import type { BotPermission } from "#contracts/access";
import type { BotView } from "#contracts/api/bots";
import { tabClasses, tabListClasses } from "../../ui/tabs";

const tabs = [
  { name: "console", path: "", icon: SquareTerminal, permission: "console:read" },
  { name: "logs", path: "/logs", icon: ScrollText, permission: "console:read" },
  { name: "files", path: "/files", icon: FolderTree, permission: "file:list" },
  { name: "environment", path: "/environment", icon: KeyRound, permission: "env:read" },
  { name: "deploys", path: "/deploys", icon: Rocket, permission: "deploy:read" },
  { name: "dependencies", path: "/dependencies", icon: Package, permission: "dependency:read" },
  { name: "access", path: "/access", icon: Users, permission: "member:read" },
  { name: "activity", path: "/activity", icon: Activity, permission: "activity:read" },
  { name: "settings", path: "/settings", icon: Settings, permission: "settings:read" },
] as const satisfies readonly { permission: BotPermission; [more: string]: unknown }[];

/** The parts of a bot's page, each at its own address; those the viewer may not see are left out. */
export function BotTabs({ view }: { view: BotView }) {
  const t = useTranslations("bot");
  const here = usePathname();
  const row = useRef<HTMLElement>(null);
  // On a phone not all fit; by hand, because scrollIntoView would move the page as well.
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>(`[href="${here}"]`);
    if (row.current && tab) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2;
  }, [here]);
  return (
    <nav ref={row} aria-label={t("tabsLabel")} className={cn("relative", tabListClasses)}>
      {tabs
        .filter(({ name, permission }) => name === "console" || view.permissions.includes(permission))
        .map(({ name, path, icon: Icon }) => {
          const address = `/bots/${view.id}${path}`;
          return (
            <Link
              key={name}
              href={address}
              scroll={false}
              aria-current={here === address ? "page" : undefined}
              className={cn(tabClasses, "max-sm:px-2.5 max-sm:[&_svg]:hidden")}
            >
              <Icon aria-hidden />
              {t(`tabs.${name}`)}
            </Link>
          );
        })}
    </nav>
  );
}
