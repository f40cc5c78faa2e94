import type { ComponentProps } from "react";
import { cn } from "#client/class-names";

/** Looks of everything one types into. 16 px on phones, so that iOS does not zoom in. */
export const inputClasses =
  "w-full min-w-0 rounded-lg border border-input bg-field px-3 text-base text-foreground outline-none transition-colors placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-2 focus-visible:ring-ring/60 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger sm:text-sm";

/**
 * The ref of everything one types into. What is typed, or filled in by a password manager, before the page is alive stands in the field, but
 * React never heard of it and would wipe it at its next change: it is told, as of any typing.
 */
export function tellTypedEarly(field: HTMLInputElement | HTMLTextAreaElement | null): void {
  if (!field || field.value === field.defaultValue) return;
  const typed = field.value;
  // React notices an input event by what the field held when it last looked, which this sets back; what is set past it is news.
  field.value = field.defaultValue;
  Reflect.set(Object.getPrototypeOf(field), "value", typed, field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A line of text. */
export const Input = ({ className, type = "text", ...rest }: ComponentProps<"input">) => (
  <input data-slot="input" ref={tellTypedEarly} type={type} className={cn(inputClasses, "h-9", className)} {...rest} />
);

/** For what a program reads (paths, keys, patterns): nothing completes, capitalizes or corrects it. */
export const CodeInput = ({ className, ...rest }: ComponentProps<"input">) => (
  <Input
    autoComplete="off"
    autoCapitalize="none"
    autoCorrect="off"
    spellCheck={false}
    className={cn("font-mono", className)}
    {...rest}
  />
);
