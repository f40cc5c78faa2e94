"use client";

import type { ReactNode } from "react";
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "../ui/alert-dialog";

/** A question with a few answers, which are its children; Escape is none of them. */
export function ChoiceDialog({
  title,
  body,
  more,
  onClose,
  onClosed,
  children,
}: {
  title: string;
  body: string;
  /** What else there is to see and to choose. */
  more?: ReactNode;
  onClose: () => void;
  /** Takes the focus when it is gone; absent: it goes back to where it was. */
  onClosed?: () => void;
  children: ReactNode;
}) {
  return (
    <AlertDialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialogContent
        onCloseAutoFocus={(event) => {
          if (!onClosed) return;
          event.preventDefault();
          onClosed();
        }}
      >
        <AlertDialogHeader>
          <AlertDialogTitle className="wrap-anywhere">{title}</AlertDialogTitle>
          <AlertDialogDescription className="wrap-anywhere">{body}</AlertDialogDescription>
        </AlertDialogHeader>
        {more}
        <AlertDialogFooter className="flex-wrap">{children}</AlertDialogFooter>
      </AlertDialogContent>
    </AlertDialog>
  );
}
