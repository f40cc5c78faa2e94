import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

/** Colours that mean something: green runs, amber waits, red needs a person, blue changes, grey sleeps. */
export const badgeVariants = cva(
  "inline-flex w-fit shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border px-2 py-0.5 font-medium text-xs [&_svg]:size-3",
  {
    variants: {
      variant: {
        default: "border-border-strong bg-secondary text-foreground",
        outline: "border-border-strong bg-transparent text-muted-foreground",
        accent: "border-transparent bg-accent-soft text-link",
        running: "border-transparent bg-running-soft text-running",
        waiting: "border-transparent bg-waiting-soft text-waiting",
        danger: "border-transparent bg-danger-soft text-danger",
        changing: "border-transparent bg-changing-soft text-changing",
        asleep: "border-transparent bg-asleep-soft text-asleep",
      },
    },
    defaultVariants: { variant: "default" },
  },
);

export type BadgeProps = ComponentProps<"span"> & VariantProps<typeof badgeVariants>;

export const Badge = ({ className, variant, ...rest }: BadgeProps) => (
  <span data-slot="badge" className={cn(badgeVariants({ variant }), className)} {...rest} />
);
