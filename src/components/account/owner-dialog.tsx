"use client";

import { type ComponentProps, type ReactNode, useState } from "react";
import { FormDialog } from "../ui/form-dialog";
import { ConfirmPassword } from "./confirm-password";
import { FormError } from "./form-error";

/** What shows that it is the owner; empty where they have no password. */
export type Confirmed = { password: string };

type Props = Omit<ComponentProps<typeof FormDialog>, "onSubmit" | "onFailed" | "children"> & {
  children?: ReactNode;
  /** Whether the password is asked for, in what takes several steps. */
  asks?: boolean;
  /** Closes it by itself when all is well; a text that it returns says why it was refused. */
  onSubmit: (confirmed: Confirmed) => Promise<unknown>;
};

/** A dialog for what only the owner of the account may do: its fields, their password, and why it was refused. */
export function OwnerDialog({ asks = true, onSubmit, children, ...dialog }: Props) {
  const [password, setPassword] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  async function submit() {
    setRefused(null);
    const said = await onSubmit({ password });
    if (typeof said === "string") setRefused(said);
  }
  return (
    <FormDialog {...dialog} onSubmit={submit} onFailed={setRefused}>
      {children}
      {asks ? <ConfirmPassword value={password} onValue={setPassword} /> : null}
      <FormError>{refused}</FormError>
    </FormDialog>
  );
}
