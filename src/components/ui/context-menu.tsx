"use client";

import { ContextMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { itemClasses } from "./dropdown-menu";
import { MenuRegion } from "./menu-region";

/** Opens by a right click, a long touch, or the menu key. Not modal, as every menu of the panel. */
export const ContextMenu = (props: ComponentProps<typeof Radix.Root>) => <Radix.Root modal={false} {...props} />;
export const ContextMenuTrigger = Radix.Trigger;

export const ContextMenuContent = ({ className, ...rest }: ComponentProps<typeof Radix.Content>) => (
  <Radix.Portal>
    <MenuRegion>
      <Radix.Content
        collisionPadding={8}
        className={cn(
          "z-50 max-h-(--radix-context-menu-content-available-height) min-w-48 overflow-y-auto rounded-lg border border-border bg-popover p-1 text-foreground shadow-xl data-[state=open]:animate-in-fade",
          className,
        )}
        {...rest}
      />
    </MenuRegion>
  </Radix.Portal>
);
export const ContextMenuItem = ({
  className,
  variant,
  ...rest
}: ComponentProps<typeof Radix.Item> & { variant?: "default" | "destructive" }) => (
  <Radix.Item className={cn(itemClasses, variant === "destructive" && "text-danger", className)} {...rest} />
);
export const ContextMenuSeparator = ({ className, ...rest }: ComponentProps<typeof Radix.Separator>) => (
  <Radix.Separator className={cn("-mx-1 my-1 h-px bg-border", className)} {...rest} />
);
