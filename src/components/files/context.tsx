"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { BotPermission } from "#contracts/access";
import type { Desk, Spot } from "./desk";
import type { Folder } from "./folders";
import type { Selection } from "./selection";
import type { Actions } from "./use-actions";
import type { Place } from "./use-address";

/** What was cut or copied, to be pasted. */
export type Clipboard = { paths: readonly string[]; cut: boolean };

/** What is open above the page. */
export type Ask =
  | { what: "newFile" | "newFolder" | "pull"; folder: string }
  | { what: "rename" | "mode" | "history" | "leave"; path: string }
  | { what: "pack"; paths: readonly string[] }
  | { what: "extract"; path: string }
  | { what: "trash" | "quick" | "sftp" }
  | null;

/** What the parts of the Files tab share. */
export type FilesContext = {
  botId: string;
  desk: Desk;
  held: ReadonlyMap<string, Folder>;
  place: Place;
  go: (change: Partial<Place>, how?: "push" | "replace") => void;
  /** Opens a file and goes to a place in it. */
  openAt: (path: string, at: Spot) => void;
  selection: Selection;
  select: (selection: Selection) => void;
  clipboard: Clipboard | null;
  setClipboard: (clipboard: Clipboard | null) => void;
  ask: (ask: Ask) => void;
  actions: Actions;
  allows: (permission: BotPermission) => boolean;
};

const Context = createContext<FilesContext | null>(null);

export const FilesProvider = ({ value, children }: { value: FilesContext; children: ReactNode }) => (
  <Context value={value}>{children}</Context>
);

/** For everything in the Files tab. */
export function useFiles(): FilesContext {
  const files = useContext(Context);
  if (!files) throw new Error("useFiles stands outside of the Files tab");
  return files;
}
