"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { keys } from "#client/queries";
import type { Template } from "#contracts/template";
import { ChooseWay, type Way } from "./choose-way";
import { FoundForm } from "./found-form";
import { ImportFailed } from "./import-failed";
import { ImportProgress } from "./import-progress";
import { useImport } from "./use-import";

/** The whole way from "I have a bot" to its live console. */
export function NewBot({
  templates,
  folderAllowed,
  from,
  template,
}: {
  /** Null when the worker is away. */
  templates: readonly Template[] | null;
  folderAllowed: boolean;
  from: Way;
  /** Takes this template at once: the link "Try without Discord" leads here. */
  template?: string;
}) {
  const t = useTranslations("newBot");
  const router = useRouter();
  const queries = useQueryClient();
  const { now, begin, cancel, again, release } = useImport();

  const taken = useRef(false);
  useEffect(() => {
    if (taken.current || !template || !templates?.some(({ id }) => id === template)) return;
    // A moment later, so that React's rehearsal of effects in development does not begin and break it off.
    const soon = setTimeout(() => {
      taken.current = true;
      void begin({ kind: "template", template });
    });
    return () => clearTimeout(soon);
  }, [begin, template, templates]);

  const created = (botId: string) => {
    release();
    void queries.invalidateQueries({ queryKey: keys.bots, exact: true });
    router.push(`/bots/${botId}`);
  };

  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6">
      <div className="flex flex-col gap-1">
        <h1 className="font-semibold text-2xl">{t("title")}</h1>
        {now.step === "choose" ? <p className="text-muted-foreground">{t("intro")}</p> : null}
      </div>
      <ChooseWay
        templates={templates}
        folderAllowed={folderAllowed}
        first={from}
        hidden={now.step !== "choose"}
        onChoose={begin}
      />
      {now.step === "sending" || now.step === "working" ? <ImportProgress now={now} onCancel={cancel} /> : null}
      {now.step === "failed" ? (
        <ImportFailed why={now.why} publicKey={now.publicKey} onAgain={again} onBack={cancel} />
      ) : null}
      {now.step === "found" ? (
        <FoundForm key={now.importId} importId={now.importId} found={now.found} onBack={cancel} onCreated={created} />
      ) : null}
    </div>
  );
}
