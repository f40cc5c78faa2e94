import { useEffect } from "react";
import type { Ask } from "./context";
import type { Desk } from "./desk";

/** Keys of the whole Files tab: Ctrl+P goes to a file, Ctrl+Shift+F searches in all of them. */
export function useShortcuts(desk: Desk, ask: (ask: Ask) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "p" && !event.shiftKey) ask({ what: "quick" });
      else if (key === "f" && event.shiftKey) openSearch(desk);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [desk, ask]);
}

/** Opens the search in files; when it is open already, goes to its field. */
export function openSearch({ searching }: Desk): void {
  searching.open.set(true);
  const field = document.querySelector<HTMLInputElement>("[data-search-in-files]");
  field?.focus();
  field?.select();
}
