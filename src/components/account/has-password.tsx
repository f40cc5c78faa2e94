"use client";

import { createContext, type ReactNode, useContext } from "react";

const HasPassword = createContext(true);

/** Says to the forms below whether who is signed in has a password, which they then ask for. */
export const HasPasswordProvider = ({ value, children }: { value: boolean; children: ReactNode }) => (
  <HasPassword value={value}>{children}</HasPassword>
);

/** Whether who is signed in has a password. */
export const useHasPassword = (): boolean => useContext(HasPassword);
