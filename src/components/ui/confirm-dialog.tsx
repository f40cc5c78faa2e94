"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useFailureText } from "#client/words";
import { Button } from "./button";
import { ChoiceDialog } from "./choice-dialog";

/** Asks before something is done. Closes when `onConfirm` has ended well; what it throws is told, and the question stays. */
export function ConfirmDialog({
  title,
  body,
  action,
  cancel,
  destructive = false,
  onConfirm,
  onClose,
}: {
  title: string;
  body: string;
  /** The verb on the button. */
  action: string;
  /** The word for the way out, if another than Cancel. */
  cancel?: string;
  destructive?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const say = useFailureText();
  const [pending, setPending] = useState(false);
  async function confirm() {
    setPending(true);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      toast.error(say(error));
      setPending(false);
    }
  }
  return (
    <ChoiceDialog title={title} body={body} cancel={cancel} onClose={() => (pending ? undefined : onClose())}>
      <Button variant={destructive ? "destructive" : "default"} pending={pending} onClick={() => void confirm()}>
        {action}
      </Button>
    </ChoiceDialog>
  );
}
