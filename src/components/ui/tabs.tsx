"use client";

import { Tabs as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

/** Looks of a row of tabs, shared with rows of links that act as tabs (`aria-current="page"`). */
export const tabListClasses = "flex items-center gap-1 overflow-x-auto border-border border-b scrollbar-none";
export const tabClasses =
  "inline-flex cursor-pointer items-center gap-2 whitespace-nowrap border-transparent border-b-2 px-3 py-2.5 font-medium text-muted-foreground text-sm outline-none transition-colors hover:text-foreground focus-visible:rounded-md focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset data-[state=active]:border-accent-line data-[state=active]:text-foreground aria-[current=page]:border-accent-line aria-[current=page]:text-foreground [&_svg]:size-4 [&_svg]:shrink-0";

export const Tabs = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root className={cn("flex flex-col gap-4", className)} {...rest} />
);
export const TabsList = ({ className, ...rest }: ComponentProps<typeof Radix.List>) => (
  <Radix.List className={cn(tabListClasses, className)} {...rest} />
);
export const TabsTrigger = ({ className, ...rest }: ComponentProps<typeof Radix.Trigger>) => (
  <Radix.Trigger className={cn(tabClasses, className)} {...rest} />
);
export const TabsContent = ({ className, ...rest }: ComponentProps<typeof Radix.Content>) => (
  <Radix.Content className={cn("outline-none focus-visible:ring-2 focus-visible:ring-ring", className)} {...rest} />
);
