"use client";

import { Progress as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

/** A bar from 0 to 100; without a value it says "under way, nobody knows how far". */
export const Progress = ({ className, value, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    data-slot="progress"
    value={value ?? null}
    className={cn("relative h-2 w-full overflow-hidden rounded-full bg-secondary", className)}
    {...rest}
  >
    <Radix.Indicator
      className={cn(
        "h-full rounded-full accent-ground transition-[width]",
        value === null || value === undefined ? "w-1/3 animate-slide" : "",
      )}
      style={value === null || value === undefined ? undefined : { width: `${value}%` }}
    />
  </Radix.Root>
);
