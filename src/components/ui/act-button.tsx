"use client";

import { useState } from "react";
import { Button, type ButtonProps } from "./button";

type Props = Omit<ButtonProps, "asChild" | "pending" | "onClick"> & {
  /** Asks the panel, and says by itself why it was refused. */
  act: () => Promise<unknown>;
};

/** A button that asks the panel for something, and takes no second click until that is answered. */
export function ActButton({ act, ...rest }: Props) {
  const [pending, setPending] = useState(false);
  const click = () => {
    setPending(true);
    void act().finally(() => setPending(false));
  };
  return <Button {...rest} pending={pending} onClick={click} />;
}
