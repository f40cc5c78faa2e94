"use client";

import { useTranslations } from "next-intl";
import { type UserLimits, userLimits } from "#contracts/people";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";

/** Limits as they are typed; an empty one is none. */
export type TypedLimits = Record<keyof UserLimits, string>;

export const typed = ({ bots, memoryMb, diskMb }: UserLimits): TypedLimits => ({
  bots: String(bots ?? ""),
  memoryMb: String(memoryMb ?? ""),
  diskMb: String(diskMb ?? ""),
});

/** What was typed, if it makes sense. */
export function readLimits({ bots, memoryMb, diskMb }: TypedLimits): UserLimits | null {
  const number = (text: string) => (text.trim() === "" ? null : Number(text));
  const read = { bots: number(bots), memoryMb: number(memoryMb), diskMb: number(diskMb) };
  return userLimits.safeParse(read).data ?? null;
}

/** One question for each kind of limit. */
export function LimitFields({ value, onChange }: { value: TypedLimits; onChange: (value: TypedLimits) => void }) {
  const t = useTranslations("people");
  const fields = [
    ["bots", t("limitBots"), t("limitHelp")],
    ["memoryMb", t("limitMemory"), t("limitSumHelp")],
    ["diskMb", t("limitDisk"), t("limitSumHelp")],
  ] as const;
  return fields.map(([kind, label, help]) => (
    <Field key={kind} label={label} help={help}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          className="w-40"
          value={value[kind]}
          onChange={(event) => onChange({ ...value, [kind]: event.target.value })}
        />
      )}
    </Field>
  ));
}
