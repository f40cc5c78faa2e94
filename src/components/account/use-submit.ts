"use client";

import { type FormEvent, useState } from "react";
import { useFailureText } from "#client/words";

/** What the work of a form returns when another page is on its way: nothing is to be pressed any more. */
export const LEAVING = Symbol("leaving");

/** A form that asks one thing of the panel: whether it is under way, why it was refused, and what submits it. */
export function useSubmit(work: () => Promise<unknown>) {
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setRefused(null);
    try {
      if ((await work()) === LEAVING) return;
    } catch (error) {
      setRefused(say(error));
    }
    setPending(false);
  }
  return { pending, refused, submit };
}
