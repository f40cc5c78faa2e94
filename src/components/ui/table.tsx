import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

/** A table that scrolls sideways by itself on a narrow screen. */
export const Table = ({ className, ...rest }: ComponentProps<"table">) => (
  <div className="w-full overflow-x-auto">
    <table data-slot="table" className={cn("w-full caption-bottom text-sm", className)} {...rest} />
  </div>
);
export const TableHeader = ({ className, ...rest }: ComponentProps<"thead">) => (
  <thead className={cn("[&_tr]:border-border [&_tr]:border-b", className)} {...rest} />
);
export const TableBody = ({ className, ...rest }: ComponentProps<"tbody">) => (
  <tbody className={cn("[&_tr:last-child]:border-0", className)} {...rest} />
);
export const TableRow = ({ className, ...rest }: ComponentProps<"tr">) => (
  <tr className={cn("border-border border-b transition-colors hover:bg-secondary/50", className)} {...rest} />
);
export const TableHead = ({ className, ...rest }: ComponentProps<"th">) => (
  <th
    className={cn("h-10 px-3 text-left align-middle font-medium text-muted-foreground text-xs", className)}
    {...rest}
  />
);
export const TableCell = ({ className, ...rest }: ComponentProps<"td">) => (
  <td className={cn("px-3 py-2.5 align-middle", className)} {...rest} />
);
export const TableCaption = ({ className, ...rest }: ComponentProps<"caption">) => (
  <caption className={cn("mt-3 text-muted-foreground text-sm", className)} {...rest} />
);
