import { useEffect, useState } from "react";

/** How long it is shown that a text was copied, ms. */
const SHOWN_MS = 1_500;

/** Copies a text, and tells for a moment that it did. Rejects where there is no clipboard: on plain http away from localhost. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<void> } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    async copy(text) {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    },
  };
}
