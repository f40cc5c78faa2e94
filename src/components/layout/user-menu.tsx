"use client";

import { BookOpen, KeyRound, LogOut, Tags } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { theme as themes } from "#client/preferences";
import { signOut } from "#client/session";
import { useFailureText } from "#client/words";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { useTheme } from "./theme";

/** Who is signed in, how it looks, and the way out. */
export function UserMenu({ name, wide = false }: { name: string; wide?: boolean }) {
  const t = useTranslations("nav");
  const tTheme = useTranslations("theme");
  const say = useFailureText();
  const { theme, choose } = useTheme();
  const leave = () => {
    signOut().catch((error: unknown) => toast.error(say(error)));
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className="flex min-w-0 cursor-pointer items-center gap-2.5 rounded-lg p-1.5 text-left text-sm outline-none hover:bg-secondary focus-visible:ring-2 focus-visible:ring-ring">
        <span
          aria-hidden
          className="accent-ground flex size-8 shrink-0 items-center justify-center rounded-full font-semibold text-on-accent text-xs"
        >
          {[...name][0]?.toUpperCase()}
        </span>
        <span className={wide ? "truncate font-medium" : "sr-only"}>{wide ? name : t("account", { name })}</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="min-w-56">
        <DropdownMenuLabel>{t("signedInAs")}</DropdownMenuLabel>
        <p className="max-w-64 truncate px-2 pb-1.5 font-medium text-sm">{name}</p>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>{tTheme("label")}</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={theme} onValueChange={(value) => choose(themes.catch("dark").parse(value))}>
          {themes.options.map((option) => (
            <DropdownMenuRadioItem key={option} value={option}>
              {tTheme(option)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/account">
            <KeyRound aria-hidden />
            {t("ownAccount")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link href="/tags">
            <Tags aria-hidden />
            {t("tags")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <a href="/api/docs">
            <BookOpen aria-hidden />
            {t("apiDocs")}
          </a>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={leave}>
          <LogOut aria-hidden />
          {t("signOut")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
