"use client";

import { Label as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const Label = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    data-slot="label"
    className={cn("flex select-none items-center gap-2 font-medium text-sm leading-none", className)}
    {...rest}
  />
);
