import type { ReactNode } from "react";

/** Text of a file to be read and not changed, below a bar that says what it is. */
export function TextPane({ label, text, children }: { label: string; text: string; children: ReactNode }) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-border border-b px-3 py-2 text-muted-foreground text-xs">
        {children}
      </div>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
      >
        <pre className="p-3 font-mono text-xs leading-5">{text}</pre>
      </section>
    </div>
  );
}
