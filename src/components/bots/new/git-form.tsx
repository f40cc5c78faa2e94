"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { CodeInput, Input } from "../../ui/input";
import type { Choice } from "./use-import";

/** A public repository, and which branch of it. */
export function GitForm({ onChoose }: { onChoose: (choice: Choice) => void }) {
  const t = useTranslations("newBot.git");
  const [url, setUrl] = useState("");
  const [branch, setBranch] = useState("");
  const address = url.trim();
  return (
    <form
      method="post"
      noValidate
      className="flex max-w-xl flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (address) onChoose({ kind: "git", url: address, ...(branch.trim() ? { branch: branch.trim() } : {}) });
      }}
    >
      <Field label={t("url")} help={t("urlHint")} required>
        {(control) => (
          <Input
            {...control}
            type="url"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={t("urlPlaceholder")}
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </Field>
      <Field label={t("branch")} help={t("branchHint")}>
        {(control) => <CodeInput {...control} value={branch} onChange={(event) => setBranch(event.target.value)} />}
      </Field>
      <Button type="submit" className="self-start" disabled={address === ""}>
        {t("submit")}
      </Button>
    </form>
  );
}
