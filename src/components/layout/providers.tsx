"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTimeZone } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { remember, type Theme, ZONE_COOKIE } from "#client/preferences";
import { createQueryClient } from "#client/queries";
import { goSignIn } from "#client/session";
import { Toaster } from "../ui/sonner";
import { TooltipProvider } from "../ui/tooltip";
import { ThemeProvider } from "./theme";

/** Tells the server the viewer's time zone, once; the page is then drawn again in it. */
function ZoneReporter() {
  const zone = useTimeZone();
  const router = useRouter();
  useEffect(() => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!here || here === zone) return;
    remember(ZONE_COOKIE, here);
    // Without cookies the answer would be the same again.
    if (navigator.cookieEnabled) router.refresh();
  }, [zone, router]);
  return null;
}

type Props = {
  theme: Theme;
  isSignedIn: boolean;
  /** The time zone is that of the account of who looks, rather than this browser's. */
  hasZone: boolean;
  children: ReactNode;
};

/** What every page needs around it in the browser. */
export function Providers({ theme, isSignedIn, hasZone, children }: Props) {
  const [queries] = useState(() => createQueryClient(goSignIn));
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider initial={theme} isSignedIn={isSignedIn}>
        <TooltipProvider delayDuration={300}>
          {children}
          <Toaster />
          {hasZone ? null : <ZoneReporter />}
        </TooltipProvider>
      </ThemeProvider>
    </QueryClientProvider>
  );
}
