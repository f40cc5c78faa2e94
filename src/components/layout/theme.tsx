"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { remember, THEME_COOKIE, type Theme, theme as themes } from "#client/preferences";

const ThemeContext = createContext<{ theme: Theme; choose: (theme: Theme) => void }>({
  theme: "dark",
  choose: () => {},
});

/** Holds the chosen colours. The server has put the class on <html> already, so nothing flashes. */
export function ThemeProvider({ initial, children }: { initial: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState(initial);
  const choose = (next: Theme) => {
    document.documentElement.classList.remove(...themes.options);
    document.documentElement.classList.add(next);
    remember(THEME_COOKIE, next);
    setTheme(next);
  };
  return <ThemeContext value={{ theme, choose }}>{children}</ThemeContext>;
}

/** The chosen colours, and how to choose others. */
export const useTheme = () => useContext(ThemeContext);
