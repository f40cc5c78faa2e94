"use client";

import { useEffect, useRef, useState } from "react";
import { takeLinkCode } from "#client/link-code";

/** The code of the link that led here, and whether to ask for it by hand. */
export function useLinkCode() {
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const taken = useRef(false);
  useEffect(() => {
    const take = () => {
      const found = takeLinkCode();
      if (found) setCode(found);
      return found !== null;
    };
    // Development runs effects twice; the second time the address is clean already.
    if (!taken.current && !take()) setAsksCode(true);
    taken.current = true;
    // The link, pasted into a tab that is on this page already, loads nothing anew.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return { code, setCode, asksCode, askCode: () => setAsksCode(true) };
}
