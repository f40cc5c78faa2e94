import type { ComponentProps } from "react";
import { cn } from "#client/class-names";
import { inputClasses, tellTypedEarly } from "./input";

export const Textarea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea
    data-slot="textarea"
    ref={tellTypedEarly}
    className={cn(inputClasses, "min-h-20 py-2", className)}
    {...rest}
  />
);
