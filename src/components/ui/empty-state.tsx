import type { ReactNode } from "react";
import { cn } from "#client/class-names";

/** What a place shows when there is nothing in it: what it is for, and what to do first. */
export function EmptyState({
  icon,
  title,
  description,
  children,
  className,
  role,
  level = 2,
}: {
  icon?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  className?: string;
  role?: "alert" | "status";
  /** Of its heading; 1 when it is all there is on the page. */
  level?: 1 | 2;
}) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div
      role={role}
      className={cn(
        "flex flex-col items-center gap-4 rounded-xl border border-border border-dashed px-6 py-12 text-center",
        className,
      )}
    >
      {icon ? (
        <div className="flex size-12 items-center justify-center rounded-xl bg-accent-soft text-link [&_svg]:size-6">
          {icon}
        </div>
      ) : null}
      <div className="flex max-w-md flex-col gap-1.5">
        <Heading className="font-semibold text-lg">{title}</Heading>
        {description ? <p className="text-muted-foreground text-sm">{description}</p> : null}
      </div>
      {children}
    </div>
  );
}
