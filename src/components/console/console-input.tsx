"use client";

import { ChevronRight, CornerDownLeft } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { useSendInput } from "#client/queries";
import { useFailureText } from "#client/words";
import type { ProcessStatus } from "#contracts/process";
import { Button } from "../ui/button";
import { tellTypedEarly } from "../ui/input";
import { emptyHistory, type History, newer, older, pastedLines, remember } from "./input-history";
import { PasteDialog } from "./paste-dialog";

/** As much as one line may have (log.send). */
const LONGEST = 16_384;

/** Where one types into a bot. ↑ and ↓ bring back what was typed; several pasted lines are asked about. */
export function ConsoleInput({
  bot,
  status,
  away,
  allowed,
}: {
  bot: { id: string; name: string };
  status: ProcessStatus | null;
  away: boolean;
  allowed: boolean;
}) {
  const t = useTranslations("console.input");
  const say = useFailureText();
  const send = useSendInput(bot.id);
  const id = useId();
  const [text, setText] = useState("");
  const [history, setHistory] = useState<History>(emptyHistory);
  const [pasted, setPasted] = useState<string[] | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  const reads = status?.state === "running" || status?.state === "starting";
  const reason = !allowed ? t("notAllowed") : away || status === null ? t("away") : reads ? null : t("notRunning");
  const tooLong = text.length > LONGEST ? t("tooLong", { limit: LONGEST }) : null;

  async function sendLine(line: string) {
    setHistory((before) => remember(before, line));
    await send(line);
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (reason || tooLong) return;
    const line = text;
    setText("");
    setWrong(null);
    try {
      await sendLine(line);
    } catch (error) {
      setWrong(say(error));
      // Given back, unless something else is being typed by now.
      setText((now) => (now === "" ? line : now));
    }
  }
  function browse(event: KeyboardEvent<HTMLInputElement>) {
    const step = event.key === "ArrowUp" ? older(history, text) : event.key === "ArrowDown" ? newer(history) : null;
    if (!step) return;
    event.preventDefault();
    setHistory(step.history);
    setText(step.text);
  }
  function paste(event: ClipboardEvent<HTMLInputElement>) {
    const lines = pastedLines(event.clipboardData.getData("text"));
    if (lines.length < 2) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const before = text.slice(0, selectionStart ?? text.length);
    const after = text.slice(selectionEnd ?? text.length);
    setPasted(pastedLines(`${before}${lines.join("\n")}${after}`));
  }

  const problem = reason ?? tooLong ?? wrong;
  return (
    <form method="post" onSubmit={submit} className="border-border border-t p-2">
      <div className="flex items-center gap-2">
        <ChevronRight className="size-4 shrink-0 text-link" aria-hidden />
        <input
          ref={tellTypedEarly}
          id={id}
          aria-label={t("label", { name: bot.name })}
          aria-describedby={problem ? `${id}-why` : undefined}
          aria-invalid={tooLong || wrong ? true : undefined}
          placeholder={reason ? undefined : t("placeholder")}
          disabled={reason !== null}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="send"
          className="h-9 min-w-0 flex-1 rounded bg-transparent px-2 font-mono text-base outline-none placeholder:font-sans placeholder:text-muted-foreground focus-visible:ring-2 focus-visible:ring-ring disabled:cursor-not-allowed sm:text-sm"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={browse}
          onPaste={paste}
        />
        <Button type="submit" size="sm" variant="outline" disabled={reason !== null || tooLong !== null}>
          <CornerDownLeft aria-hidden />
          <span className="max-sm:sr-only">{t("send")}</span>
        </Button>
      </div>
      <p
        id={`${id}-why`}
        role="status"
        className={problem ? `px-8 pb-1 text-xs ${reason ? "text-muted-foreground" : "text-danger"}` : "sr-only"}
      >
        {problem}
      </p>
      {pasted ? (
        <PasteDialog
          lines={pasted}
          onClose={(sent) => {
            setPasted(null);
            if (sent) setText("");
          }}
          onSend={sendLine}
        />
      ) : null}
    </form>
  );
}
