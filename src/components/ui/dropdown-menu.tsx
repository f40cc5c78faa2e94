"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { MenuRegion } from "./menu-region";

/** Not modal: the page behind stays readable and does not jump when its scroll bar goes. */
export const DropdownMenu = (props: ComponentProps<typeof Radix.Root>) => <Radix.Root modal={false} {...props} />;
export const DropdownMenuTrigger = Radix.Trigger;
export const DropdownMenuGroup = Radix.Group;
export const DropdownMenuRadioGroup = Radix.RadioGroup;

export const menuClasses =
  "z-50 min-w-44 overflow-y-auto rounded-lg border border-border bg-popover p-1 text-foreground shadow-xl data-[state=open]:animate-in-fade max-h-(--radix-dropdown-menu-content-available-height)";
export const itemClasses =
  "relative flex cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-secondary data-[disabled]:pointer-events-none data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0";

export const DropdownMenuContent = ({ className, sideOffset = 6, ...rest }: ComponentProps<typeof Radix.Content>) => (
  <Radix.Portal>
    <MenuRegion>
      <Radix.Content sideOffset={sideOffset} collisionPadding={8} className={cn(menuClasses, className)} {...rest} />
    </MenuRegion>
  </Radix.Portal>
);
export const DropdownMenuItem = ({
  className,
  variant,
  ...rest
}: ComponentProps<typeof Radix.Item> & { variant?: "default" | "destructive" }) => (
  <Radix.Item className={cn(itemClasses, variant === "destructive" && "text-danger", className)} {...rest} />
);
const Ticked = () => (
  <span className="absolute left-2 flex size-4 items-center justify-center">
    <Radix.ItemIndicator>
      <Check aria-hidden />
    </Radix.ItemIndicator>
  </span>
);
export const DropdownMenuCheckboxItem = ({
  className,
  children,
  ...rest
}: ComponentProps<typeof Radix.CheckboxItem>) => (
  <Radix.CheckboxItem className={cn(itemClasses, "pl-8", className)} {...rest}>
    <Ticked />
    {children}
  </Radix.CheckboxItem>
);
export const DropdownMenuRadioItem = ({ className, children, ...rest }: ComponentProps<typeof Radix.RadioItem>) => (
  <Radix.RadioItem className={cn(itemClasses, "pl-8", className)} {...rest}>
    <Ticked />
    {children}
  </Radix.RadioItem>
);
export const DropdownMenuLabel = ({ className, ...rest }: ComponentProps<typeof Radix.Label>) => (
  <Radix.Label className={cn("px-2 py-1.5 text-muted-foreground text-xs", className)} {...rest} />
);
export const DropdownMenuSeparator = ({ className, ...rest }: ComponentProps<typeof Radix.Separator>) => (
  <Radix.Separator className={cn("-mx-1 my-1 h-px bg-border", className)} {...rest} />
);
