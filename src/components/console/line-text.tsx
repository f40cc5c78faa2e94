"use client";

import { useTranslations } from "next-intl";
import type { LogLine } from "#contracts/log";
import { FoldButton } from "./fold-button";
import { useLogLooks, useUnfolded } from "./log-looks";
import { type Readable, readable } from "./readable";
import { StyledText } from "./styled-text";

/** Longer lines are folded: one of 16,000 letters would fill the screen three times over. */
const FOLD = 600;

// Lines never change: what was read of one is kept as long as it is.
const read = new WeakMap<LogLine, Readable | null>();

function readableOf(line: LogLine): Readable | null {
  const known = read.get(line);
  if (known !== undefined) return known;
  const found = line.cut ? null : readable(line.text);
  read.set(line, found);
  return found;
}

/** What one line said: JSON as a sentence and its fields, anything else as it is; long ones folded. */
export function LineText({ line }: { line: LogLine }) {
  const { raw } = useLogLooks();
  const json = raw ? null : readableOf(line);
  return json ? <JsonText line={line} json={json} /> : <PlainText line={line} />;
}

function PlainText({ line }: { line: LogLine }) {
  const t = useTranslations("console");
  const long = line.text.length > FOLD;
  const [open, toggle] = useUnfolded(`text.${line.run}.${line.offset}`);
  return (
    <>
      <StyledText text={long && !open ? line.text.slice(0, FOLD) : line.text} />
      {long ? (
        <FoldButton open={open} onClick={toggle}>
          {open ? t("less") : t("more", { count: line.text.length })}
        </FoldButton>
      ) : null}
      {line.cut && (open || !long) ? (
        <span className="ml-2 select-none font-sans text-muted-foreground text-xs italic">{t("cut")}</span>
      ) : null}
    </>
  );
}

function JsonText({ line, json }: { line: LogLine; json: Readable }) {
  const t = useTranslations("console.json");
  const [open, toggle] = useUnfolded(`json.${line.run}.${line.offset}`);
  return (
    <>
      <StyledText text={json.message.slice(0, FOLD)} />
      {json.fields.map(([name, value], index) => (
        <span key={name} className="text-muted-foreground">
          {index > 0 || json.message !== "" ? " " : ""}
          <StyledText text={name} />=<StyledText text={value} />
        </span>
      ))}
      <FoldButton open={open} onClick={toggle}>
        {t(open ? "fold" : "unfold")}
      </FoldButton>
      {open ? (
        <span className="my-1 block rounded-md border border-border bg-card px-3 py-1.5">
          {[...json.pretty.split("\n"), ...json.stack].map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
            <span key={index} className="block">
              <StyledText text={text} />
            </span>
          ))}
        </span>
      ) : null}
    </>
  );
}
