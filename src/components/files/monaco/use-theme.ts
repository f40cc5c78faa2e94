import { useEffect, useState } from "react";
import { useTheme } from "../../layout/theme";
import { editor } from "./setup";

const dark = "(prefers-color-scheme: dark)";

/** Colours every editor as the panel is coloured. */
export function useEditorTheme(): void {
  const { theme } = useTheme();
  const [device, setDevice] = useState(() => window.matchMedia(dark).matches);
  useEffect(() => {
    const query = window.matchMedia(dark);
    const look = () => setDevice(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  const isDark = theme === "system" ? device : theme === "dark";
  useEffect(() => editor.setTheme(isDark ? "botyard-dark" : "botyard-light"), [isDark]);
}
