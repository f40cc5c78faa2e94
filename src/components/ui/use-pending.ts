"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useFailureText } from "#client/words";

/** Something that is asked of the panel from a button: whether it is under way, and what does it. A refusal is said in a toast. */
export function usePending() {
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  async function during(work: () => Promise<unknown>) {
    setPending(true);
    try {
      await work();
    } catch (error) {
      toast.error(say(error));
    } finally {
      setPending(false);
    }
  }
  return { pending, during };
}
