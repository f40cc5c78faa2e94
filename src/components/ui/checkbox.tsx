"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const Checkbox = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    data-slot="checkbox"
    className={cn(
      "group peer inline-flex size-4 shrink-0 cursor-pointer items-center justify-center rounded border border-input bg-field outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-offset-2 focus-visible:ring-offset-background disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-transparent data-[state=checked]:bg-accent-solid data-[state=indeterminate]:border-transparent data-[state=indeterminate]:bg-accent-solid",
      className,
    )}
    {...rest}
  >
    <Radix.Indicator className="text-on-accent">
      <Check className="hidden size-3 group-data-[state=checked]:block" aria-hidden />
      <Minus className="hidden size-3 group-data-[state=indeterminate]:block" aria-hidden />
    </Radix.Indicator>
  </Radix.Root>
);
