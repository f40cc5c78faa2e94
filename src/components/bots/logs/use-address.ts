import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { type LogAddress, readAddress, writeAddress } from "./address";

/** What the address of the page asks for, and the way to ask for something else: `push` makes a step to come back from. */
export function useAddress(): [
  address: LogAddress,
  go: (change: Partial<LogAddress>, how?: "push" | "replace") => void,
] {
  const parameters = useSearchParams().toString();
  const address = useMemo(() => readAddress(new URLSearchParams(parameters)), [parameters]);
  const go = useCallback((change: Partial<LogAddress>, how: "push" | "replace" = "replace") => {
    const { pathname, search } = window.location;
    const next = `${pathname}${writeAddress({ ...readAddress(new URLSearchParams(search)), ...change })}`;
    // Next follows both; neither asks the server for the page again.
    if (how === "push") window.history.pushState(null, "", next);
    else window.history.replaceState(null, "", next);
  }, []);
  return [address, go];
}
