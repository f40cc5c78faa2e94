"use client";

import { CaseSensitive, LoaderCircle, Regex, Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { SEARCH_CHARS } from "#contracts/log";
import { Button } from "../../ui/button";
import { FlipButton } from "../../ui/flip-button";
import { CodeInput } from "../../ui/input";
import type { LogAddress } from "./address";

/** A search begins so long after the last letter was typed, ms. */
const REST_MS = 400;

/** What is searched for: a text or a pattern, in any case or as it is. */
export function SearchField({
  address,
  busy,
  wrong,
  onChange,
}: {
  address: LogAddress;
  busy: boolean;
  /** What is wrong with the pattern, in words. */
  wrong: string | null;
  onChange: (change: Partial<LogAddress>) => void;
}) {
  const t = useTranslations("logs.search");
  const id = useId();
  const [text, setText] = useState(address.text);
  const asked = useRef(address.text);

  // Also when the way back, or a link, changes what is searched for.
  useEffect(() => {
    if (address.text === asked.current) return;
    asked.current = address.text;
    setText(address.text);
  }, [address.text]);
  const ask = useRef<(wanted: string) => void>(() => {});
  ask.current = (wanted) => {
    if (wanted === asked.current) return;
    asked.current = wanted;
    onChange({ text: wanted, at: null });
  };
  useEffect(() => {
    const timer = setTimeout(() => ask.current(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const clear = () => {
    setText("");
    ask.current("");
  };
  return (
    <form
      method="post"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        ask.current(text);
      }}
      className="min-w-0 flex-1 basis-64"
    >
      <div className="flex items-center gap-1">
        <div className="relative min-w-0 flex-1">
          <span className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground [&_svg]:size-4">
            {busy ? <LoaderCircle className="animate-spin" aria-hidden /> : <Search aria-hidden />}
          </span>
          <CodeInput
            type="search"
            aria-label={t("label")}
            aria-invalid={wrong ? true : undefined}
            aria-describedby={wrong ? `${id}-wrong` : undefined}
            placeholder={t("label")}
            enterKeyHint="search"
            maxLength={SEARCH_CHARS}
            className="px-8 placeholder:font-sans [&::-webkit-search-cancel-button]:hidden"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") clear();
            }}
          />
          {text ? (
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={t("clear")}
              className="absolute top-0.5 right-0.5"
              onClick={clear}
            >
              <X aria-hidden />
            </Button>
          ) : null}
        </div>
        <FlipButton on={address.exact} label={t("exact")} onFlip={(exact) => onChange({ exact, at: null })}>
          <CaseSensitive aria-hidden />
        </FlipButton>
        <FlipButton on={address.regex} label={t("regex")} onFlip={(regex) => onChange({ regex, at: null })}>
          <Regex aria-hidden />
        </FlipButton>
      </div>
      {wrong ? (
        <p id={`${id}-wrong`} role="alert" className="pt-1 text-danger text-xs">
          {wrong}
        </p>
      ) : null}
    </form>
  );
}
