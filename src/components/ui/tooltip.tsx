"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const TooltipProvider = Radix.Provider;
export const Tooltip = Radix.Root;
export const TooltipTrigger = Radix.Trigger;
export const TooltipContent = ({ className, sideOffset = 6, ...rest }: ComponentProps<typeof Radix.Content>) => (
  <Radix.Portal>
    <Radix.Content
      sideOffset={sideOffset}
      collisionPadding={8}
      className={cn(
        "z-50 max-w-72 rounded-md border border-border bg-popover px-2.5 py-1.5 text-foreground text-xs shadow-lg",
        className,
      )}
      {...rest}
    />
  </Radix.Portal>
);
