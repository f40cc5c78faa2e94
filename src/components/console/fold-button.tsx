import type { ReactNode } from "react";

/** Unfolds something of a line. Not part of what is copied. */
export const FoldButton = ({
  open,
  onClick,
  children,
}: {
  open: boolean;
  onClick: () => void;
  children: ReactNode;
}) => (
  <button
    type="button"
    aria-expanded={open}
    className="ml-2 cursor-pointer select-none rounded font-sans text-link text-xs underline outline-none focus-visible:ring-2 focus-visible:ring-ring"
    onClick={onClick}
  >
    {children}
  </button>
);
