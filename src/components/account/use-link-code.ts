"use client";

import { useEffect, useRef, useState } from "react";

/** The code behind the # of a link: `#<code>` or `#code=<code>`. It never reaches a server's log. */
function takeCode(): string | null {
  const code = decodeURIComponent(window.location.hash.slice(1))
    .replace(/^code=/, "")
    .trim();
  if (!code) return null;
  // Not at once: Next writes the address it was opened with while it wakes up.
  setTimeout(() => window.history.replaceState(null, "", window.location.pathname));
  return code;
}

/** The code of the link that led here, and whether to ask for it by hand. */
export function useLinkCode() {
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const taken = useRef(false);
  useEffect(() => {
    const take = () => {
      const found = takeCode();
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
