"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import {
  AlertDialog,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "./alert-dialog";

/** A question with a few answers, which are its children. It has a way out, too, which has the focus at first: Radix gives it to nothing else. */
export function ChoiceDialog({
  title,
  body,
  more,
  cancel,
  onClose,
  onClosed,
  children,
}: {
  title: string;
  body: string;
  /** What else there is to see and to choose. */
  more?: ReactNode;
  /** The word for the way out, if another than Cancel. */
  cancel?: string;
  /** By the way out, or by Escape. */
  onClose: () => void;
  /** Takes the focus when it is gone; absent: it goes back to where it was. */
  onClosed?: () => void;
  children: ReactNode;
}) {
  const t = useTranslations("common");
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
        <AlertDialogFooter className="flex-wrap">
          <AlertDialogCancel>{cancel ?? t("cancel")}</AlertDialogCancel>
          {children}
        </AlertDialogFooter>
      </AlertDialogContent>
    </AlertDialog>
  );
}
