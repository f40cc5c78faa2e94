"use client";

import { type RefObject, useLayoutEffect, useRef, useState } from "react";

type Keeper = RefObject<Element | null>;

/** Of the dialogs that are open now. */
const open = new Set<Keeper>();

/**
 * Radix gives the focus back to a dialog's trigger, and most of ours have none: it goes back to where it was when the dialog came, or to the
 * content of the page where that is gone. `FocusKeeper` stands in the dialog, since only then it is known that there is one;
 * `onCloseAutoFocus` is the dialog's.
 */
export function useFocusBack(asked?: (event: Event) => void): {
  keeper: Keeper;
  onCloseAutoFocus: (event: Event) => void;
} {
  const keeper = useRef<Element>(null);
  return {
    keeper,
    onCloseAutoFocus(event) {
      asked?.(event);
      const { current: before } = keeper;
      // One that took the place of this one came with the focus in this one.
      for (const next of open) if (!canFocus(next.current)) next.current = before;
      if (event.defaultPrevented) return;
      const content = canFocus(document.activeElement) ? null : document.getElementById("content");
      const back = canFocus(before) ? before : content;
      if (!back) return;
      event.preventDefault();
      back.focus({ preventScroll: back === content });
    },
  };
}

/** Notes what has the focus before anything of the dialog takes it. */
export function FocusKeeper({ of }: { of: Keeper }) {
  const [before] = useState(() => outsideMenus(document.activeElement));
  useLayoutEffect(() => {
    of.current = before;
    open.add(of);
    return () => {
      open.delete(of);
    };
  }, [of, before]);
  return null;
}

const canFocus = (one: Element | null): one is HTMLElement =>
  one instanceof HTMLElement && one.isConnected && one !== document.body;

/** The button of a menu, for an item of it: the menu goes when the dialog comes. */
function outsideMenus(one: Element | null): Element | null {
  const menu = one?.closest("[role=menu]");
  return menu ? outsideMenus(document.getElementById(menu.getAttribute("aria-labelledby") ?? "")) : one;
}
