import type { ReactNode } from "react";

/** The head of a page: its name, a line beneath, and what can be done here. But on a phone, a long line gives way to what can be done. */
export const PageTitle = ({ title, note, children }: { title: ReactNode; note?: ReactNode; children?: ReactNode }) => (
  <div className="mb-5 flex flex-wrap items-center justify-between gap-3 sm:flex-nowrap">
    <div className="min-w-0">
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      {note ? <p className="text-muted-foreground text-sm">{note}</p> : null}
    </div>
    {children ? <div className="flex shrink-0 items-center gap-2">{children}</div> : null}
  </div>
);
