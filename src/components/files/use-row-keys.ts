import type { KeyboardEvent, SyntheticEvent } from "react";
import { useFiles } from "./context";
import { parentOf } from "./paths";
import { chosen, nothing } from "./selection";
import { useCommands } from "./use-commands";

/** Rows that are gone through by keyboard, some of which may not be here yet (null). */
export type Rows = {
  count: number;
  pathAt: (index: number) => string | null;
  /** -1: not among them. */
  placeOf: (path: string) => number;
  /** How many fit into sight. */
  page: number;
  show: (index: number) => void;
};

/** The paths from one row to another, in either direction; both included. */
export function between(rows: Rows, from: string, to: string): string[] {
  const [first, last] = [rows.placeOf(from), rows.placeOf(to)].sort((one, other) => one - other) as [number, number];
  const paths: string[] = [];
  for (let index = Math.max(0, first); index <= last; index++) {
    const path = rows.pathAt(index);
    if (path !== null) paths.push(path);
  }
  return paths;
}

/** Keys of the tree and the list: arrows, ranges, and what is done with what is chosen. `side`: left and right. */
export function useRowKeys(rows: Rows, open: (path: string) => void, side?: (path: string, right: boolean) => void) {
  const { selection, select } = useFiles();
  const commands = useCommands();

  const step = (event: KeyboardEvent, to: number) => {
    const index = Math.min(Math.max(to, 0), rows.count - 1);
    const path = rows.pathAt(index);
    rows.show(index);
    if (path !== null) {
      select(chosen(selection, path, { shift: event.shiftKey, ctrl: false }, (a, b) => between(rows, a, b)));
    }
  };

  return (event: KeyboardEvent) => {
    if (onControl(event)) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const at = selection.cursor === null ? -1 : rows.placeOf(selection.cursor);
    const take = (run: () => void) => {
      event.preventDefault();
      run();
    };
    const cursor = at === -1 ? null : selection.cursor;
    // What was chosen on the other side of the page is not done away with from here.
    const known = commands.filter(({ name }) => at !== -1 || name === "paste");
    if (ctrl) {
      const letter = event.key.toLowerCase();
      if (letter === "a") {
        const paths = Array.from({ length: rows.count }, (_, index) => rows.pathAt(index)).filter(
          (path) => path !== null,
        );
        return take(() => select({ paths: new Set(paths), cursor: paths.at(-1) ?? null, anchor: paths[0] ?? null }));
      }
      const command = known.find((one) => one.ctrl === letter);
      return command ? take(command.run) : undefined;
    }
    const command = known.find((one) => one.key === event.key);
    if (command) return take(command.run);
    switch (event.key) {
      case "ArrowDown":
        return take(() => step(event, at + 1));
      case "ArrowUp":
        return take(() => step(event, at === -1 ? 0 : at - 1));
      case "PageDown":
        return take(() => step(event, at + rows.page));
      case "PageUp":
        return take(() => step(event, at - rows.page));
      case "Home":
        return take(() => step(event, 0));
      case "End":
        return take(() => step(event, rows.count - 1));
      case "Enter":
        return cursor === null ? undefined : take(() => open(cursor));
      case "Escape":
        return selection.paths.size > 0 ? take(() => select(nothing)) : undefined;
      case "ArrowRight":
      case "ArrowLeft":
        return cursor === null || !side ? undefined : take(() => side(cursor, event.key === "ArrowRight"));
      default:
        return undefined;
    }
  };
}

/** Whether an event is of a button in a row, or of a menu that React, not the page, hangs below it. */
export const onControl = ({ target, currentTarget }: SyntheticEvent): boolean =>
  !(target instanceof Element) || !currentTarget.contains(target) || target.closest("button") !== null;

/** To the row of the folder that something lies in; none for what lies in the bot's own. */
export const rowAbove = (path: string): string | null => parentOf(path) || null;
