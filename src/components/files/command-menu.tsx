"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentType, Fragment, type MouseEvent, type ReactNode } from "react";
import { Button } from "../ui/button";
import {
  ContextMenu,
  ContextMenuContent,
  ContextMenuItem,
  ContextMenuSeparator,
  ContextMenuTrigger,
} from "../ui/context-menu";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { useFiles } from "./context";
import { nothing, only } from "./selection";
import { useCommands } from "./use-commands";

type Item = ComponentType<{ variant?: "default" | "destructive"; onSelect?: () => void; children: ReactNode }>;

function Commands({ Item, Separator }: { Item: Item; Separator: ComponentType }) {
  const t = useTranslations("files.do");
  return useCommands().map(({ name, icon: Icon, run, shortcut, destructive, group }, index) => (
    <Fragment key={name}>
      {group && index > 0 ? <Separator /> : null}
      <Item variant={destructive ? "destructive" : "default"} onSelect={run}>
        <Icon aria-hidden />
        {t(name)}
        {shortcut ? (
          <kbd className="ml-auto pl-4 font-sans text-muted-foreground text-xs max-md:hidden">{shortcut}</kbd>
        ) : null}
      </Item>
    </Fragment>
  ));
}

/** Rows that answer a right click, a long touch and the menu key. A row says its path in `data-path`. */
export function WithMenu({ children }: { children: ReactNode }) {
  const { selection, select } = useFiles();
  const choose = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const path = target?.closest("[data-path]")?.getAttribute("data-path");
    // By keyboard it is asked of the box itself, for what is chosen.
    if (event.target === event.currentTarget && event.detail === 0 && selection.paths.size > 0) return;
    if (path == null) select(nothing);
    else if (!selection.paths.has(path)) select(only(path));
  };
  return (
    <ContextMenu>
      <ContextMenuTrigger asChild onContextMenu={choose}>
        {children}
      </ContextMenuTrigger>
      <ContextMenuContent>
        <Commands Item={ContextMenuItem} Separator={ContextMenuSeparator} />
      </ContextMenuContent>
    </ContextMenu>
  );
}

/** The same commands behind a button; for one row, which it chooses first. */
export function MenuButton({ path, label, className }: { path?: string; label: string; className?: string }) {
  const { selection, select } = useFiles();
  return (
    <DropdownMenu
      onOpenChange={(open) => {
        if (open && path !== undefined && !selection.paths.has(path)) select(only(path));
      }}
    >
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={label}
          className={className}
          tabIndex={path === undefined ? 0 : -1}
          onClick={(event) => event.stopPropagation()}
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" onClick={(event) => event.stopPropagation()}>
        <Commands Item={DropdownMenuItem} Separator={DropdownMenuSeparator} />
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
