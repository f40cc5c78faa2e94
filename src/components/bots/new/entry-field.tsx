"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Detection } from "#contracts/import";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { CodeInput } from "../../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger } from "../../ui/select";

const OTHER = "\0other";

/** Which file is run: one of those found, each with the reason it was, or a path typed by hand. */
export function EntryField({
  entries,
  value,
  error,
  onValue,
}: {
  entries: Detection["entries"];
  value: string;
  error?: string;
  onValue: (path: string) => void;
}) {
  const t = useTranslations("newBot.found");
  const [typing, setTyping] = useState(entries.length === 0);
  const chosen = entries.find((entry) => entry.path === value);
  if (typing) {
    return (
      <Field label={t("entry")} help={entries.length === 0 ? t("entryNone") : t("entryHint")} error={error} required>
        {(control) => (
          <div className="flex flex-wrap gap-2">
            <CodeInput
              {...control}
              placeholder={t("entryPlaceholder")}
              className="w-auto flex-1"
              value={value}
              onChange={(event) => onValue(event.target.value)}
            />
            {entries.length > 0 ? (
              <Button
                variant="outline"
                onClick={() => {
                  setTyping(false);
                  if (!chosen) onValue(entries[0]?.path ?? "");
                }}
              >
                {t("entryList")}
              </Button>
            ) : null}
          </div>
        )}
      </Field>
    );
  }
  return (
    <Field label={t("entry")} help={chosen?.why ?? t("entryHint")} error={error} required>
      {(control) => (
        <Select
          value={value}
          onValueChange={(next) => {
            if (next === OTHER) setTyping(true);
            else onValue(next);
          }}
        >
          <SelectTrigger {...control} className="font-mono">
            <span>{value}</span>
          </SelectTrigger>
          <SelectContent>
            {entries.map((entry) => (
              <SelectItem key={entry.path} value={entry.path} textValue={entry.path}>
                <span className="flex flex-col">
                  <span className="font-mono">{entry.path}</span>
                  <span className="text-muted-foreground text-xs">{entry.why}</span>
                </span>
              </SelectItem>
            ))}
            <SelectItem value={OTHER}>{t("entryOther")}</SelectItem>
          </SelectContent>
        </Select>
      )}
    </Field>
  );
}
