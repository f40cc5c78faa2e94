import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const Skeleton = ({ className, ...rest }: ComponentProps<"div">) => (
  <div aria-hidden data-slot="skeleton" className={cn("animate-pulse rounded-md bg-secondary", className)} {...rest} />
);
