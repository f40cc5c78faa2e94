import { useMessages, useTranslations } from "next-intl";
import { useCallback } from "react";
import { fill } from "#contracts/errors";
import type { Reason } from "#contracts/reason";
import type { Words } from "#contracts/words/en";
import { readFailure } from "./failure";

// The catalogue's keys are checked by the compiler: a word that is not there does not build.
declare module "next-intl" {
  interface AppConfig {
    Messages: Words;
    Locale: "en";
  }
}

/** Says in one sentence why a call failed: `say(error)`, for toasts and fields. */
export function useFailureText(): (error: unknown) => string {
  const sentences = useMessages().error;
  const t = useTranslations("errors");
  return useCallback(
    (error) => {
      const { code, values } = readFailure(error);
      return code === "web_away" || code === "unexpected" ? t(code) : fill(sentences[code], values);
    },
    [sentences, t],
  );
}

/** Says why a bot is in the state it is in. */
export function useReasonText(): (reason: Reason) => string {
  const sentences = useMessages().reason;
  return useCallback((reason) => fill(sentences[reason.code], reason.values), [sentences]);
}
