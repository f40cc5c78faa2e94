"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { CodeInput } from "../../ui/input";
import type { Choice } from "./use-import";

/** A folder that lies on the server already. */
export function FolderForm({ onChoose }: { onChoose: (choice: Choice) => void }) {
  const t = useTranslations("newBot.folder");
  const [path, setPath] = useState("");
  return (
    <form
      method="post"
      className="flex max-w-xl flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim()) onChoose({ kind: "folder", path: path.trim() });
      }}
    >
      <Field label={t("path")} help={t("pathHint")} required>
        {(control) => (
          <CodeInput
            {...control}
            placeholder={t("pathPlaceholder")}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="self-start" disabled={path.trim() === ""}>
        {t("submit")}
      </Button>
    </form>
  );
}
