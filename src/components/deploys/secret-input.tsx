import type { ComponentProps } from "react";
import { CodeInput } from "../ui/input";

/** Takes an access token: not one of the browser's passwords, so it shall neither be offered nor kept. */
export const SecretInput = (props: Omit<ComponentProps<typeof CodeInput>, "type">) => (
  <CodeInput {...props} type="password" data-1p-ignore="true" data-lpignore="true" />
);
