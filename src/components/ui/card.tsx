import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

export const Card = ({ className, ...rest }: ComponentProps<"div">) => (
  <div
    data-slot="card"
    className={cn("rounded-xl border border-border bg-card text-foreground", className)}
    {...rest}
  />
);
export const CardHeader = ({ className, ...rest }: ComponentProps<"div">) => (
  <div data-slot="card-header" className={cn("flex flex-col gap-1 p-5 pb-0", className)} {...rest} />
);
export const CardTitle = ({ className, ...rest }: ComponentProps<"h2">) => (
  <h2 data-slot="card-title" className={cn("font-semibold text-base leading-tight", className)} {...rest} />
);
export const CardDescription = ({ className, ...rest }: ComponentProps<"p">) => (
  <p data-slot="card-description" className={cn("text-muted-foreground text-sm", className)} {...rest} />
);
export const CardContent = ({ className, ...rest }: ComponentProps<"div">) => (
  <div data-slot="card-content" className={cn("p-5", className)} {...rest} />
);
export const CardFooter = ({ className, ...rest }: ComponentProps<"div">) => (
  <div
    data-slot="card-footer"
    className={cn("flex items-center gap-2 border-border border-t p-5", className)}
    {...rest}
  />
);
