import type { ReactNode } from "react";
import { Button } from "./button";

/** A sign that is on or off. */
export const FlipButton = ({
  on,
  label,
  size = "icon",
  onFlip,
  children,
}: {
  on: boolean;
  label: string;
  size?: "icon" | "icon-sm";
  onFlip: (on: boolean) => void;
  children: ReactNode;
}) => (
  <Button
    size={size}
    variant={on ? "secondary" : "ghost"}
    aria-pressed={on}
    aria-label={label}
    title={label}
    className={on ? "text-link" : "text-muted-foreground"}
    onClick={() => onFlip(!on)}
  >
    {children}
  </Button>
);
