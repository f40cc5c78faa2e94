import type { ReactNode } from "react";

/** The head of a page: its name, a line beneath, and what can be done here. */
export const PageTitle = ({ title, note, children }: { title: ReactNode; note?: ReactNode; children?: ReactNode }) => (
  <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
    <div className="min-w-0">
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      {note ? <p className="text-muted-foreground text-sm">{note}</p> : null}
    </div>
    {children ? <div className="flex items-center gap-2">{children}</div> : null}
  </div>
);
