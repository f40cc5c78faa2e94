"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { client } from "#client/api";
import { remember, THEME_COOKIE, type Theme, theme as themes } from "#client/preferences";

type Held = { theme: Theme; paint: (theme: Theme) => void; choose: (theme: Theme) => void };
const ThemeContext = createContext<Held>({ theme: "dark", paint: () => {}, choose: () => {} });

/**
 * Holds the chosen colours. The server has put the class on <html> already, so nothing flashes. `isKept`: they are kept with an account,
 * and a choice is stored there.
 */
export function ThemeProvider({ initial, isKept, children }: { initial: Theme; isKept: boolean; children: ReactNode }) {
  const [theme, setTheme] = useState(initial);
  const paint = (next: Theme) => {
    document.documentElement.classList.remove(...themes.options);
    document.documentElement.classList.add(next);
    remember(THEME_COOKIE, next);
    setTheme(next);
  };
  const choose = (next: Theme) => {
    paint(next);
    // It is seen at once; where it cannot be stored now, this browser has it.
    if (isKept) client.account.preferences.change({ theme: next }).catch(() => {});
  };
  return <ThemeContext value={{ theme, paint, choose }}>{children}</ThemeContext>;
}

/** The chosen colours; `choose` others for good, or `paint` what is stored already. */
export const useTheme = () => useContext(ThemeContext);
