"use client";

import { CircleAlert, CircleCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useState } from "react";
import { toast } from "sonner";
import { readFailure } from "#client/failure";
import { useFailureText } from "#client/words";
import { covered } from "#contracts/covered";
import { CoveredView } from "../../files/covered-view";
import { deskOf } from "../../files/desk";
import { docAt } from "../../files/docs";
import { LazyEditor } from "../../files/lazy-monaco";
import type { Problem } from "../../files/toml";
import { useCell } from "../../live/use-live";
import { Button } from "../../ui/button";
import { ChoiceDialog } from "../../ui/choice-dialog";
import { useThisBot } from "../bot/this-bot";

/**
 * The text of one TOML file of the bot. It is the same open file as in the Files tab: a change begun here is there too, and what somebody
 * else changed meanwhile is compared there.
 */
export function TomlEditor({ path, onSaved }: { path: string; onSaved: () => void }) {
  const t = useTranslations("environment.toml");
  const say = useFailureText();
  const { view, allows } = useThisBot();
  const desk = useMemo(() => deskOf(view.id), [view.id]);
  const doc = docAt(useCell(desk.docs), path);
  const problem = useCell(desk.problems).get(doc?.key ?? -1) ?? null;
  useCell(desk.revealed);
  const [asking, setAsking] = useState<Problem | null>(null);
  const writes = allows("file:write");

  useEffect(() => {
    const before = docAt(desk.docs.get(), path);
    if (before) void desk.read(before.key);
    else desk.show(path);
    return () => {
      const now = docAt(desk.docs.get(), path);
      // What was opened only for this is closed with it; changes stay, in a tab of the Files tab.
      if (!before && now && !now.dirty && now.clash === null) desk.close(now.key);
    };
  }, [desk, path]);

  const key = doc?.key;
  const save = useCallback(
    async (check?: "toml") => {
      if (key === undefined) return;
      setAsking(null);
      try {
        if (!(await desk.save(key, false, check))) return;
        toast.success(t("saved", { path }));
        onSaved();
      } catch (error) {
        const { code, values } = readFailure(error);
        if (code !== "toml_broken") toast.error(say(error));
        else setAsking({ line: Number(values.line), column: Number(values.column), detail: String(values.detail) });
      }
    },
    [desk, key, onSaved, path, say, t],
  );
  const saves = writes && doc?.dirty === true;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (saves) void save("toml");
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [save, saves]);

  if (doc?.failure) return <p className="px-4 pb-3 text-danger text-sm">{say(doc.failure)}</p>;
  const text = doc?.content?.text ?? null;
  if (!doc || text === null) return null;
  const less = desk.covers(doc) ? covered(path, text) : null;
  return (
    <div className="flex flex-col border-border border-t">
      {doc.clash === null ? null : (
        <div role="alert" className="flex flex-wrap items-center gap-3 bg-waiting-soft px-4 py-2 text-sm text-waiting">
          <p className="min-w-48 flex-1">{t("clash", { path })}</p>
          <Button asChild size="sm" variant="outline">
            <Link href={`/bots/${view.id}/files?file=${encodeURIComponent(path)}`}>{t("compare")}</Link>
          </Button>
        </div>
      )}
      <div className="h-80 bg-field">
        {less === null ? (
          <LazyEditor key={doc.key} desk={desk} doc={doc} writes={writes} />
        ) : (
          <CoveredView name={path} text={less} onShow={() => desk.reveal(doc.key)} />
        )}
      </div>
      {less === null ? (
        <div className="flex flex-wrap items-center gap-3 border-border border-t px-4 py-2.5">
          <Verdict problem={problem} onGo={(line, column) => desk.aim.set({ path, line, column })} />
          {writes ? (
            <Button size="sm" pending={doc.saving} disabled={!doc.dirty} onClick={() => void save("toml")}>
              {t(doc.saving ? "saving" : "save")}
            </Button>
          ) : null}
        </div>
      ) : null}
      {asking ? (
        <ChoiceDialog
          title={t("brokenTitle", { path })}
          body={t("brokenBody", asking)}
          cancel={t("mend")}
          onClose={() => setAsking(null)}
          onClosed={() => desk.aim.set({ path, line: asking.line, column: asking.column })}
        >
          <Button variant="destructive" onClick={() => void save()}>
            {t("anyway")}
          </Button>
        </ChoiceDialog>
      ) : null}
    </div>
  );
}

function Verdict({ problem, onGo }: { problem: Problem | null; onGo: (line: number, column: number) => void }) {
  const t = useTranslations("environment.toml");
  return (
    <div role="status" className="flex min-w-40 flex-1 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      {problem ? (
        <>
          <span className="flex min-w-0 items-start gap-1.5 text-danger">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
            {t("broken", problem)}
          </span>
          <Button size="xs" variant="ghost" onClick={() => onGo(problem.line, problem.column)}>
            {t("goTo", { line: problem.line })}
          </Button>
        </>
      ) : (
        <span className="flex items-center gap-1.5 text-running">
          <CircleCheck className="size-4 shrink-0" aria-hidden />
          {t("good")}
        </span>
      )}
    </div>
  );
}
