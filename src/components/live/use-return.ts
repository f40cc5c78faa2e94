import { useEffect, useRef } from "react";
import { useConnection } from "./provider";

/** Calls back each time the live connection has come back: for what failed meanwhile. */
export function useReturn(back: () => unknown): void {
  const { state } = useConnection();
  const lost = useRef(false);
  const call = useRef(back);
  call.current = back;
  useEffect(() => {
    if (state === "lost") lost.current = true;
    else if (state === "connected" && lost.current) {
      lost.current = false;
      call.current();
    }
  }, [state]);
}
