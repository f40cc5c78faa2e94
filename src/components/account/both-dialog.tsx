"use client";

import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { CodeField } from "./code-field";
import { type Confirmed, OwnerDialog } from "./owner-dialog";

type Props = Omit<ComponentProps<typeof OwnerDialog>, "ready" | "onSubmit" | "children"> & {
  work: (both: Confirmed & { code: string }) => Promise<void>;
};

/** Asks for password and code before something of the second factor changes. */
export function BothDialog({ work, ...dialog }: Props) {
  const t = useTranslations("account.twoFactor");
  const [code, setCode] = useState("");
  async function submit(confirmed: Confirmed) {
    await work({ code, ...confirmed });
  }
  return (
    <OwnerDialog {...dialog} ready={code.trim() !== ""} onSubmit={submit}>
      <CodeField label={t("anyCode")} value={code} onValue={setCode} />
    </OwnerDialog>
  );
}
