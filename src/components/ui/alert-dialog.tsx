"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { buttonVariants } from "./button";
import { DialogFooter, DialogHeader, overlayClasses, panelClasses } from "./dialog";
import { FocusKeeper, useFocusBack } from "./focus-back";

export const AlertDialog = Radix.Root;
export const AlertDialogTrigger = Radix.Trigger;
export const AlertDialogHeader = DialogHeader;
export const AlertDialogFooter = DialogFooter;

export function AlertDialogContent({
  className,
  children,
  onCloseAutoFocus: asked,
  ...rest
}: ComponentProps<typeof Radix.Content>) {
  const { keeper, onCloseAutoFocus } = useFocusBack(asked);
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayClasses} />
      <Radix.Content
        data-slot="alert-dialog-content"
        className={cn(panelClasses, className)}
        onCloseAutoFocus={onCloseAutoFocus}
        {...rest}
      >
        <FocusKeeper of={keeper} />
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
export const AlertDialogTitle = ({ className, ...rest }: ComponentProps<typeof Radix.Title>) => (
  <Radix.Title className={cn("font-semibold text-lg leading-tight", className)} {...rest} />
);
export const AlertDialogDescription = ({ className, ...rest }: ComponentProps<typeof Radix.Description>) => (
  <Radix.Description className={cn("text-muted-foreground text-sm", className)} {...rest} />
);
export const AlertDialogAction = ({ className, ...rest }: ComponentProps<typeof Radix.Action>) => (
  <Radix.Action className={cn(buttonVariants(), className)} {...rest} />
);
export const AlertDialogCancel = ({ className, ...rest }: ComponentProps<typeof Radix.Cancel>) => (
  <Radix.Cancel className={cn(buttonVariants({ variant: "outline" }), className)} {...rest} />
);
