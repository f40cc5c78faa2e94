"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { UserView } from "#contracts/people";
import { Ago } from "../../live/time";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu";
import { useViewAs } from "../use-view-as";
import type { What } from "./user-dialogs";

/** One account, and what an admin may do with it. */
export function UserRow({ user, isMe, onAsk }: { user: UserView; isMe: boolean; onAsk: (what: What) => void }) {
  const t = useTranslations("people");
  const viewAs = useViewAs();
  const { name, email, role, disabledAt, lastSeenAt, twoFactor, keys } = user;
  const actions: readonly What[] = [
    "limits",
    "keys",
    role === "admin" ? "makeUser" : "makeAdmin",
    disabledAt === null ? "disable" : "enable",
    "delete",
  ];
  return (
    <li className="flex items-center gap-3 px-3 py-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="wrap-anywhere font-medium">{name}</span>
          {isMe ? <span className="text-muted-foreground text-xs">{t("you")}</span> : null}
          {role === "admin" ? <Badge variant="accent">{t("admin")}</Badge> : null}
          {disabledAt === null ? null : <Badge variant="asleep">{t("disabled")}</Badge>}
          {twoFactor ? <Badge variant="running">{t("twoFactor")}</Badge> : null}
        </p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {[email, ...useUsage(user), ...(keys > 0 ? [t("keys", { count: keys })] : [])].join(" · ")}
        </p>
        <p className="text-muted-foreground text-xs">
          {lastSeenAt === null ? (
            t("neverSeen")
          ) : (
            <>
              {t("seen")} <Ago at={lastSeenAt} />
            </>
          )}
        </p>
      </div>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label={t("actions", { name })}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {isMe || disabledAt !== null ? null : (
            <DropdownMenuItem onSelect={() => void viewAs(user.id)}>{t("viewAs")}</DropdownMenuItem>
          )}
          {actions.map((what) => (
            <DropdownMenuItem
              key={what}
              variant={what === "delete" ? "destructive" : "default"}
              onSelect={() => onAsk(what)}
            >
              {t(`act.${what}`)}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
    </li>
  );
}

/** What their bots are together, beside what they may be. */
function useUsage({ usage, bounds }: UserView): string[] {
  const t = useTranslations("people");
  const { bots, memoryMb, diskMb } = bounds;
  return [
    bots === null ? t("bots", { count: usage.bots }) : t("botsOf", { count: usage.bots, most: bots }),
    ...(memoryMb === null ? [] : [t("memory", { used: usage.memoryMb, most: memoryMb })]),
    ...(diskMb === null ? [] : [t("disk", { used: usage.diskMb, most: diskMb })]),
  ];
}
