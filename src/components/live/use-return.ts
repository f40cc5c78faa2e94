import { useRouter } from "next/navigation";
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

/** Has the server draw the page again once the worker is there, where it was away when the page was drawn (`lacks`). */
export function useRedrawn(lacks: boolean): void {
  const { state } = useConnection();
  const router = useRouter();
  useEffect(() => {
    if (lacks && state === "connected") router.refresh();
  }, [lacks, state, router]);
}
