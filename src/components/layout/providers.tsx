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

/** What of the preferences is kept with the account of who looks, rather than in this browser. */
type Kept = { theme: boolean; timeZone: boolean };

/** What every page needs around it in the browser. */
export function Providers({ theme, kept, children }: { theme: Theme; kept: Kept; children: ReactNode }) {
  const [queries] = useState(() => createQueryClient(goSignIn));
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider initial={theme} isKept={kept.theme}>
        <TooltipProvider delayDuration={300}>
          {children}
          <Toaster />
          {kept.timeZone ? null : <ZoneReporter />}
        </TooltipProvider>
      </ThemeProvider>
    </QueryClientProvider>
  );
}
