import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { Desk } from "./desk";
import { parentOf } from "./paths";

/** Where one is: the folder looked at, and the file at the front, if any. Stands in the address, so that it can be shared and gone back from. */
export type Place = { folder: string; file: string | null };

/** Reads a place out of an address; a file alone says its folder. */
export function readPlace(parameters: URLSearchParams): Place {
  const file = parameters.get("file") || null;
  return { file, folder: parameters.get("folder") ?? (file === null ? "" : parentOf(file)) };
}

/** Writes a place; the bot's own folder writes nothing. */
export function writePlace({ folder, file }: Place): string {
  const parameters = new URLSearchParams();
  if (folder !== "" && folder !== (file === null ? null : parentOf(file))) parameters.set("folder", folder);
  if (folder === "" && file !== null && parentOf(file) !== "") parameters.set("folder", "");
  if (file !== null) parameters.set("file", file);
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/** The place in the address, and the way to another: `push` makes a step to come back from. */
export function useAddress(desk: Desk): [place: Place, go: (change: Partial<Place>, how?: "push" | "replace") => void] {
  const parameters = useSearchParams().toString();
  const place = useMemo(() => readPlace(new URLSearchParams(parameters)), [parameters]);
  const go = useCallback(
    (change: Partial<Place>, how: "push" | "replace" = "push") => {
      const { pathname, search } = window.location;
      desk.place = writePlace({ ...readPlace(new URLSearchParams(search)), ...change });
      if (desk.place === search) return;
      // Next follows both; neither asks the server for the page again.
      if (how === "push") window.history.pushState(null, "", pathname + desk.place);
      else window.history.replaceState(null, "", pathname + desk.place);
    },
    [desk],
  );
  return [place, go];
}
