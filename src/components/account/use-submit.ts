"use client";

import { type FormEvent, useState } from "react";
import { useFailureText } from "#client/words";

/** A form that asks one thing of the panel: whether it is under way, why it was refused, and what submits it. */
export function useSubmit(work: () => Promise<void>) {
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setRefused(null);
    try {
      await work();
    } catch (error) {
      setRefused(say(error));
    }
    setPending(false);
  }
  return { pending, refused, submit, setRefused };
}
