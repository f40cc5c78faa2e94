"use client";

import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/**
 * Radix gives the focus back to a dialog's trigger, and most of ours have none: it goes back to where it was when the dialog came. `FocusKeeper`
 * stands in the dialog, since only then it is known that there is one; `onCloseAutoFocus` is the dialog's.
 */
export function useFocusBack(asked?: (event: Event) => void): {
  keeper: RefObject<Element | null>;
  onCloseAutoFocus: (event: Event) => void;
} {
  const keeper = useRef<Element>(null);
  return {
    keeper,
    onCloseAutoFocus(event) {
      asked?.(event);
      const { current: before } = keeper;
      if (event.defaultPrevented || !(before instanceof HTMLElement) || !before.isConnected) return;
      event.preventDefault();
      before.focus();
    },
  };
}

/** Notes what has the focus before anything of the dialog takes it. */
export function FocusKeeper({ of }: { of: RefObject<Element | null> }) {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    of.current = before;
  }, [of, before]);
  return null;
}
