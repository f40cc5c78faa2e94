"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { cn } from "#client/class-names";
import { readFailure } from "#client/failure";
import { takeBot } from "#client/queries";
import { useFailureText } from "#client/words";
import type { BotView } from "#contracts/api/bots";
import { Button } from "../../ui/button";
import { Refused } from "../bot/refused";
import { useThisBot } from "../bot/this-bot";
import { RestartHint } from "../restart-hint";
import { DangerZone } from "./danger-zone";
import { type Draft, draftOf, type Faults, readDraft, rebased, without } from "./draft";
import { useFaultWords } from "./fault-words";
import { GeneralSection } from "./general-section";
import { LimitsSection, LogSection } from "./limits-section";
import { PanelReachSection } from "./panel-reach-section";
import { PolicySection } from "./policy-section";
import { ReadySection } from "./ready-section";
import { StopSection } from "./stop-section";
import { TagsSection } from "./tags-section";
import { TrustSection } from "./trust-section";

/** What each section gets: the form, what is wrong with it, and a way to change it. */
export type SectionProps = {
  draft: Draft;
  /** The sentence under a question, when its answer is refused. */
  wrong: Partial<Record<keyof Draft, string>>;
  readOnly: boolean;
  change: (part: Partial<Draft>) => void;
};

/** How a bot is run, and the place where it is deleted. */
export function SettingsPanel() {
  const t = useTranslations("settings");
  const say = useFailureText();
  const sayFaults = useFaultWords();
  const queries = useQueryClient();
  const { view, live, allows } = useThisBot();
  const [base, setBase] = useState(() => draftOf(view));
  const [draft, setDraft] = useState(base);
  const [faults, setFaults] = useState<Faults>({});
  const [refused, setRefused] = useState<SectionProps["wrong"]>({});
  const [pending, setPending] = useState(false);
  const [savedAt, setSavedAt] = useState(0);
  const readOnly = !allows("settings:update");
  const changed = JSON.stringify(draft) !== JSON.stringify(base);
  const { status } = live ?? {};
  const older = (status?.state === "running" || status?.state === "starting") && status.since < savedAt;

  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setFaults((before) => without(before, part));
    setRefused((before) => without(before, part));
  };
  /** Shows what the panel has now, but for what was changed here since `from`. */
  const settle = (next: BotView, from: Draft) => {
    const now = draftOf(next);
    setBase(now);
    setDraft((typed) => rebased(typed, from, now));
    return takeBot(queries, next);
  };
  async function save(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    try {
      // Settings are saved whole: what somebody else changed since stays theirs.
      const there = await client.bots.get({ botId: view.id });
      const before = draftOf(there);
      const mine = rebased(draft, base, before);
      await settle(there, base);
      const read = readDraft(mine);
      setFaults(read.faults);
      if (!read.settings) return;
      const next = await client.bots.update({
        botId: view.id,
        settings: read.settings,
        // Each asks for a permission of its own, so only what changed is said.
        ...(read.name === before.name ? {} : { name: read.name }),
        ...(mine.runtime === before.runtime && read.entry === before.entry
          ? {}
          : { runtime: mine.runtime, entry: read.entry }),
      });
      await settle(next, mine);
      setSavedAt(Date.now());
      toast.success(t("saved"));
    } catch (error) {
      const { code } = readFailure(error);
      if (code === "bot_name_taken" || code === "bot_name_invalid") setRefused({ name: say(error) });
      else if (code === "entry_missing" || code === "entry_outside" || code === "runtime_mismatch")
        setRefused({ entry: say(error) });
      else if (code === "runtime_unavailable") setRefused({ runtime: say(error) });
      else toast.error(say(error));
    } finally {
      setPending(false);
    }
  }

  if (!allows("settings:read")) return <Refused code="not_allowed" values={{}} />;
  const section: SectionProps = { draft, wrong: { ...sayFaults(faults), ...refused }, readOnly, change };
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      {readOnly ? <p className="text-muted-foreground text-sm">{t("readOnly")}</p> : null}
      {older && !changed ? <RestartHint words={t("savedRestart")} /> : null}
      <form method="post" noValidate aria-label={t("title")} className="flex flex-col gap-6" onSubmit={save}>
        <GeneralSection {...section} source={view.source} />
        <PolicySection {...section} />
        <StopSection {...section} />
        <ReadySection {...section} />
        <LimitsSection {...section} />
        <LogSection {...section} />
        {readOnly ? null : (
          <div
            className={cn(
              "flex flex-wrap items-center gap-3",
              changed &&
                "sticky bottom-18 z-10 rounded-xl border border-border-strong bg-popover p-3 shadow-lg lg:bottom-3",
            )}
          >
            <Button type="submit" pending={pending} disabled={!changed}>
              {t(pending ? "saving" : "save")}
            </Button>
            {changed ? (
              <>
                <Button
                  variant="ghost"
                  disabled={pending}
                  onClick={() => {
                    setDraft(base);
                    setFaults({});
                    setRefused({});
                  }}
                >
                  {t("discard")}
                </Button>
                <p className="text-muted-foreground text-sm">{t("unsaved")}</p>
              </>
            ) : null}
          </div>
        )}
      </form>
      {readOnly ? null : <PanelReachSection />}
      <TagsSection />
      <TrustSection />
      {allows("bot:delete") ? <DangerZone /> : null}
    </div>
  );
}
