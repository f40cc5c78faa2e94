"use client";

import { CaseSensitive, Regex, SlidersHorizontal, WholeWord, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { LEFT_OUT } from "#contracts/file-search";
import { SEARCH_CHARS } from "#contracts/log";
import { useCell } from "../../live/use-live";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { FlipButton } from "../../ui/flip-button";
import { CodeInput } from "../../ui/input";
import { Label } from "../../ui/label";
import { useFiles } from "../context";
import type { HuntWords } from "./hunt";
import { FileHuntBar } from "./hunt-bar";
import { SearchResults } from "./search-results";

/** A search begins so long after the last letter was typed, ms. */
const REST_MS = 400;

/** Searches in the text of a bot's files, beside whatever is open. */
export function SearchPanel() {
  const t = useTranslations("files.search");
  const { searching } = useFiles().desk;
  const words = useCell(searching.words);
  const hunt = useCell(searching.hunt);
  const [more, setMore] = useState(words.names !== "" || words.everywhere);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);

  const asked = hunt?.words ?? null;
  useEffect(() => {
    if (words.text === "" ? asked === null : same(words, asked)) return;
    const timer = setTimeout(() => searching.start(words), REST_MS);
    return () => clearTimeout(timer);
  }, [searching, words, asked]);
  const change = (what: Partial<HuntWords>) => searching.words.set({ ...words, ...what });
  const now = (event: FormEvent) => {
    event.preventDefault();
    if (!asked || !same(words, asked)) searching.start(words);
  };
  return (
    <search
      aria-label={t("title")}
      className="flex min-h-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (hunt?.state === "hunting") searching.cancel();
        else searching.open.set(false);
      }}
    >
      <div className="flex min-h-12 shrink-0 items-center gap-0.5 px-2 py-1.5">
        <h2 className="flex-1 px-1 font-medium text-sm">{t("title")}</h2>
        <FlipButton size="icon-sm" on={more} label={t("more")} onFlip={setMore}>
          <SlidersHorizontal aria-hidden />
        </FlipButton>
        <Button size="icon-sm" variant="ghost" aria-label={t("close")} onClick={() => searching.open.set(false)}>
          <X aria-hidden />
        </Button>
      </div>
      <form method="post" onSubmit={now} className="flex flex-col gap-2 border-border border-b px-3 pb-2">
        <CodeInput
          ref={input}
          autoFocus
          type="search"
          data-search-in-files=""
          aria-label={t("label")}
          aria-invalid={hunt?.state === "broken" ? true : undefined}
          placeholder={t("label")}
          enterKeyHint="search"
          maxLength={SEARCH_CHARS / 2}
          className="placeholder:font-sans [&::-webkit-search-cancel-button]:hidden"
          value={words.text}
          onChange={(event) => change({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            results.current?.focus();
          }}
        />
        <div className="flex items-center gap-1">
          <FlipButton size="icon-sm" on={words.exact} label={t("exact")} onFlip={(exact) => change({ exact })}>
            <CaseSensitive aria-hidden />
          </FlipButton>
          <FlipButton size="icon-sm" on={words.word} label={t("word")} onFlip={(word) => change({ word })}>
            <WholeWord aria-hidden />
          </FlipButton>
          <FlipButton size="icon-sm" on={words.regex} label={t("regex")} onFlip={(regex) => change({ regex })}>
            <Regex aria-hidden />
          </FlipButton>
        </div>
        {more ? (
          <>
            <CodeInput
              aria-label={t("names")}
              aria-describedby={`${id}-names`}
              placeholder={t("names")}
              maxLength={500}
              className="placeholder:font-sans"
              value={words.names}
              onChange={(event) => change({ names: event.target.value })}
            />
            <p id={`${id}-names`} className="text-muted-foreground text-xs">
              {t("namesHelp")}
            </p>
            <Label htmlFor={`${id}-everywhere`} className="flex items-start gap-2 font-normal text-xs">
              <Checkbox
                id={`${id}-everywhere`}
                checked={words.everywhere}
                onCheckedChange={(checked) => change({ everywhere: checked === true })}
              />
              {t("everywhere", { folders: LEFT_OUT.join(", ") })}
            </Label>
          </>
        ) : null}
      </form>
      {hunt ? <FileHuntBar hunt={hunt} /> : <p className="p-3 text-muted-foreground text-xs">{t("hint")}</p>}
      {hunt ? <SearchResults box={results} hunt={hunt} /> : null}
    </search>
  );
}

const same = (words: HuntWords, asked: HuntWords | null) =>
  asked !== null && (Object.keys(words) as (keyof HuntWords)[]).every((key) => words[key] === asked[key]);
