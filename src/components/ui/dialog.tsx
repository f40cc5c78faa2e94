"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { FocusKeeper, useFocusBack } from "./focus-back";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

export const overlayClasses =
  "fixed inset-0 z-50 bg-overlay data-[state=open]:animate-in-fade data-[state=closed]:animate-out-fade";
export const panelClasses =
  "fixed top-1/2 left-1/2 z-50 grid max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 gap-4 overflow-y-auto rounded-xl border border-border bg-popover p-6 shadow-2xl outline-none data-[state=open]:animate-in-fade";

export function DialogContent({
  className,
  children,
  onCloseAutoFocus: asked,
  ...rest
}: ComponentProps<typeof Radix.Content>) {
  const t = useTranslations("common");
  const { keeper, onCloseAutoFocus } = useFocusBack(asked);
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayClasses} />
      <Radix.Content
        data-slot="dialog-content"
        className={cn(panelClasses, className)}
        onCloseAutoFocus={onCloseAutoFocus}
        {...rest}
      >
        <FocusKeeper of={keeper} />
        {children}
        <Radix.Close
          aria-label={t("close")}
          className="absolute top-4 right-4 inline-flex size-7 cursor-pointer items-center justify-center rounded-md text-muted-foreground outline-none hover:bg-secondary hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
        >
          <X className="size-4" aria-hidden />
        </Radix.Close>
      </Radix.Content>
    </Radix.Portal>
  );
}
export const DialogHeader = ({ className, ...rest }: ComponentProps<"div">) => (
  <div className={cn("flex flex-col gap-1.5 pr-8", className)} {...rest} />
);
export const DialogFooter = ({ className, ...rest }: ComponentProps<"div">) => (
  <div className={cn("flex flex-col-reverse gap-2 sm:flex-row sm:justify-end", className)} {...rest} />
);
export const DialogTitle = ({ className, ...rest }: ComponentProps<typeof Radix.Title>) => (
  <Radix.Title className={cn("font-semibold text-lg leading-tight", className)} {...rest} />
);
export const DialogDescription = ({ className, ...rest }: ComponentProps<typeof Radix.Description>) => (
  <Radix.Description className={cn("text-muted-foreground text-sm", className)} {...rest} />
);
