"use client";

import { Switch as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const Switch = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    data-slot="switch"
    className={cn(
      "inline-flex h-5 w-9 shrink-0 cursor-pointer items-center rounded-full border border-input bg-secondary outline-none transition-colors focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-offset-2 focus-visible:ring-offset-background disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-transparent data-[state=checked]:bg-accent-solid",
      className,
    )}
    {...rest}
  >
    <Radix.Thumb className="pointer-events-none block size-4 translate-x-px rounded-full bg-knob shadow transition-transform data-[state=checked]:translate-x-[1.05rem]" />
  </Radix.Root>
);
