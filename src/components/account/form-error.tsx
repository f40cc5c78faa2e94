import { CircleAlert } from "lucide-react";

/** Why the whole form was refused; there from the start, so that screen readers hear it appear. */
export const FormError = ({ children }: { children: string | null }) => (
  <div role="alert" className="empty:hidden">
    {children ? (
      <p className="flex items-start gap-2 rounded-lg bg-danger-soft px-3 py-2 text-danger text-sm">
        <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>{children}</span>
      </p>
    ) : null}
  </div>
);
