"use client";

import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { Input } from "../ui/input";
import { cleanToken, tokenShape } from "./token-shape";

/**
 * Takes a Discord token: never shown, tidied when pasted, and told at once when it cannot be one.
 * A wrong look is a hint and no refusal: the server and then Discord decide.
 */
export function TokenInput({
  value,
  onValue,
  ...rest
}: { value: string; onValue: (token: string) => void } & Omit<
  ComponentProps<typeof Input>,
  "value" | "onChange" | "onPaste" | "type"
>) {
  const t = useTranslations("newBot.found");
  const [tidied, setTidied] = useState(false);
  const shape = tokenShape(value.trim());
  const hint = shape === "good" ? (tidied ? "tokenPasted" : "tokenLooksGood") : "tokenLooksWrong";
  const Icon = shape === "good" ? CircleCheck : CircleAlert;
  return (
    <>
      <Input
        {...rest}
        // Not one of the browser's passwords: it shall neither be offered nor kept.
        type="password"
        autoComplete="off"
        data-1p-ignore="true"
        data-lpignore="true"
        spellCheck={false}
        className="font-mono"
        value={value}
        onChange={(event) => {
          setTidied(false);
          onValue(event.target.value);
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          event.preventDefault();
          setTidied(cleanToken(pasted) !== pasted);
          onValue(cleanToken(pasted));
        }}
      />
      <p
        role="status"
        className={
          shape === "empty"
            ? "sr-only"
            : `flex items-center gap-1.5 text-xs ${shape === "good" ? "text-running" : "text-waiting"}`
        }
      >
        {shape === "empty" ? null : (
          <>
            <Icon className="size-3.5 shrink-0" aria-hidden />
            {t(hint)}
          </>
        )}
      </p>
    </>
  );
}
