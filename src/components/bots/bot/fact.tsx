"use client";

import type { ReactNode } from "react";
import { cn } from "#client/class-names";
import { Tooltip, TooltipContent, TooltipTrigger } from "../../ui/tooltip";

/** One measured thing with its name. `hint` says more to who points at it or reaches it by keyboard. */
export function Fact({
  name,
  chart,
  hint,
  className,
  children,
}: {
  name: string;
  chart?: ReactNode;
  hint?: string;
  className?: string;
  children: ReactNode;
}) {
  const value = <span className="flex items-center gap-1.5 truncate font-medium text-sm tabular-nums">{children}</span>;
  return (
    <div className={cn("min-w-0", className)}>
      <dt className="text-muted-foreground text-xs">{name}</dt>
      <dd className="mt-0.5 flex items-center justify-between gap-2">
        {hint ? (
          <Tooltip>
            <TooltipTrigger
              type="button"
              className="min-w-0 cursor-help rounded outline-none focus-visible:ring-2 focus-visible:ring-ring"
            >
              {value}
            </TooltipTrigger>
            <TooltipContent>{hint}</TooltipContent>
          </Tooltip>
        ) : (
          value
        )}
        {chart}
      </dd>
    </div>
  );
}
