"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Ago, useManner } from "../../live/time";
import { useCell } from "../../live/use-live";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { ChoiceDialog } from "../../ui/choice-dialog";
import { Label } from "../../ui/label";
import { nameOf } from "../paths";
import { sizeOf } from "../size";
import { type Answer, answered, toAsk } from "./answers";
import { type Question, questions } from "./question";

/** Asks, on whatever page one is, what should happen with files that are there already. */
export function UploadQuestions() {
  const [first] = useCell(questions);
  return first ? <Ask key={first.id} question={first} /> : null;
}

function Ask({ question: { to, taken, sizes, mayOverwrite, before, answer } }: { question: Question }) {
  const t = useTranslations("upload.taken");
  const files = useTranslations("files");
  const { locale } = useManner();
  const id = useId();
  const [answers, setAnswers] = useState(before);
  const [all, setAll] = useState(false);
  const left = toAsk(answers, taken);
  const [first] = left;
  if (!first) return null;
  const { path, kind, size, changedAt } = first;
  const say = (what: Answer) => {
    const next = answered(answers, taken, what, all);
    if (toAsk(next, taken).length === 0) answer(next);
    else setAnswers(next);
  };
  const name = nameOf(path);
  const folder = path === name ? (to === "" ? files("rootName") : nameOf(to)) : path.slice(0, -name.length - 1);
  const replaceable = kind === "file" || kind === "link";
  return (
    <ChoiceDialog
      title={t("title", { name })}
      body={t(replaceable ? "body" : "bodyFolder", { folder })}
      cancel={t("cancel")}
      onClose={() => answer(null)}
      more={
        <>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
            <dt className="text-muted-foreground">{t("there")}</dt>
            <dd>
              {kind === "file" ? sizeOf(size, locale) : files(`kinds.${kind}`)}, <Ago at={changedAt} />
            </dd>
            <dt className="text-muted-foreground">{t("yours")}</dt>
            <dd>{sizeOf(sizes.get(path) ?? 0, locale)}</dd>
          </dl>
          {left.length > 1 ? (
            <div className="flex items-center gap-2">
              <Checkbox id={id} checked={all} onCheckedChange={(checked) => setAll(checked === true)} />
              <Label htmlFor={id}>{t("all", { count: left.length - 1 })}</Label>
            </div>
          ) : null}
        </>
      }
    >
      <Button variant="outline" onClick={() => say("skip")}>
        {t("skip")}
      </Button>
      {mayOverwrite && (replaceable || all) ? (
        <Button variant="destructive" onClick={() => say("overwrite")}>
          {t("overwrite")}
        </Button>
      ) : null}
      <Button onClick={() => say("keepBoth")}>{t("keepBoth")}</Button>
    </ChoiceDialog>
  );
}
