"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { itemClasses } from "./dropdown-menu";
import { inputClasses } from "./input";

export const Select = Radix.Root;
export const SelectValue = Radix.Value;
export const SelectGroup = Radix.Group;

export const SelectTrigger = ({ className, children, ...rest }: ComponentProps<typeof Radix.Trigger>) => (
  <Radix.Trigger
    data-slot="select-trigger"
    className={cn(
      inputClasses,
      "flex h-9 cursor-pointer items-center justify-between gap-2 text-left data-[placeholder]:text-muted-foreground [&>span]:truncate",
      className,
    )}
    {...rest}
  >
    {children}
    <Radix.Icon asChild>
      <ChevronDown className="size-4 shrink-0 opacity-70" aria-hidden />
    </Radix.Icon>
  </Radix.Trigger>
);
export const SelectContent = ({ className, children, ...rest }: ComponentProps<typeof Radix.Content>) => (
  <Radix.Portal>
    <Radix.Content
      position="popper"
      sideOffset={6}
      collisionPadding={8}
      className={cn(
        "z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-y-auto rounded-lg border border-border bg-popover text-foreground shadow-xl data-[state=open]:animate-in-fade",
        className,
      )}
      {...rest}
    >
      <Radix.Viewport className="p-1">{children}</Radix.Viewport>
    </Radix.Content>
  </Radix.Portal>
);
export const SelectItem = ({ className, children, ...rest }: ComponentProps<typeof Radix.Item>) => (
  <Radix.Item className={cn(itemClasses, "pr-8", className)} {...rest}>
    <Radix.ItemText>{children}</Radix.ItemText>
    <span className="absolute right-2 flex size-4 items-center justify-center">
      <Radix.ItemIndicator>
        <Check aria-hidden />
      </Radix.ItemIndicator>
    </span>
  </Radix.Item>
);
export const SelectLabel = ({ className, ...rest }: ComponentProps<typeof Radix.Label>) => (
  <Radix.Label className={cn("px-2 py-1.5 text-muted-foreground text-xs", className)} {...rest} />
);
