"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { client } from "#client/api";
import { atMost } from "#client/at-most";
import { remember, THEME_COOKIE, type Theme, theme as themes } from "#client/preferences";

/** Of two choices the later is kept: two requests at once may arrive in either order. */
const inTurn = atMost(1);

type Held = { theme: Theme; choose: (theme: Theme) => void };
const ThemeContext = createContext<Held>({ theme: "dark", choose: () => {} });

/**
 * Holds the chosen colours. The server has put the class on <html> already, so nothing flashes. A choice is kept in this browser, and with
 * the account of who is signed in (`isSignedIn`), whose other browsers show it from then on.
 */
export function ThemeProvider({
  initial,
  isSignedIn,
  children,
}: {
  initial: Theme;
  isSignedIn: boolean;
  children: ReactNode;
}) {
  const [theme, setTheme] = useState(initial);
  const choose = (next: Theme) => {
    document.documentElement.classList.remove(...themes.options);
    document.documentElement.classList.add(next);
    remember(THEME_COOKIE, next);
    setTheme(next);
    // It is seen at once; where it cannot be stored now, this browser has it.
    if (isSignedIn) inTurn(() => client.account.preferences.change({ theme: next })).catch(() => {});
  };
  return <ThemeContext value={{ theme, choose }}>{children}</ThemeContext>;
}

/** The chosen colours, and what chooses others. */
export const useTheme = () => useContext(ThemeContext);
