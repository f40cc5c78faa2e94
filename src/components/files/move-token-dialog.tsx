"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { botChanged, keys } from "#client/queries";
import { useFailureText } from "#client/words";
import { envKey } from "#contracts/bot";
import type { LineChange } from "#contracts/token-move";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { useFiles } from "./context";
import type { TokenPlace } from "./token-warning";

/** Makes a secret of a token that stands in a file: shows what would change in the file, and asks first. */
export function MoveTokenDialog({ place, onClose }: { place: TokenPlace; onClose: () => void }) {
  const t = useTranslations("environment.moveToken");
  const say = useFailureText();
  const queries = useQueryClient();
  const { botId, desk } = useFiles();
  const { path, line } = place;
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | undefined>();
  const named = typed === null ? undefined : envKey.safeParse(typed.trim());
  const { data: plan, error } = useQuery({
    queryKey: [...keys.tokens(botId), path, line, named?.data ?? null],
    queryFn: () => client.env.planTokenMove({ botId, ...place, ...(named?.success && { key: named.data }) }),
    enabled: named === undefined || named.success,
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const key = typed?.trim() ?? plan?.key ?? "";

  async function move() {
    if (!plan) return;
    setWrong(undefined);
    const { rewritten } = await client.env.moveToken({ botId, ...place, key, etag: plan.etag });
    if (rewritten) toast.success(t("moved", { key }));
    else toast.warning(t("notRewritten", { key, path }));
    desk.replaced(path);
    onClose();
    void queries.invalidateQueries({ queryKey: keys.tokens(botId) });
    void queries.invalidateQueries({ queryKey: keys.env(botId) });
    void botChanged(queries, botId);
  }
  function refused(words: string) {
    setWrong(words);
    void queries.invalidateQueries({ queryKey: keys.tokens(botId) });
  }
  return (
    <FormDialog
      title={t("title")}
      intro={t("body", { path, line })}
      action={t(plan?.why ? "set" : "move")}
      ready={plan !== undefined && named?.success !== false}
      className="max-w-2xl"
      onSubmit={move}
      onFailed={refused}
      onClose={onClose}
    >
      <Field
        label={t("key")}
        error={wrong ?? (error ? say(error) : undefined)}
        help={plan?.taken ? t("taken", { key }) : undefined}
        required
      >
        {(control) => <CodeInput {...control} value={key} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      {plan === undefined ? (
        error ? null : (
          <p role="status" className="text-muted-foreground text-sm">
            {t("looking")}
          </p>
        )
      ) : plan.why === null ? (
        <>
          <Changes path={path} changes={plan.changes} />
          {plan.changes.every(({ after }) => after.length === 0) ? (
            <p className="text-muted-foreground text-sm">{t("envGone", { key })}</p>
          ) : null}
          <p className="text-muted-foreground text-sm">{t("history")}</p>
        </>
      ) : (
        <p className="wrap-anywhere rounded-lg bg-waiting-soft px-3 py-2 text-sm text-waiting">
          {t(`why.${plan.why}`, { path, key, reads: plan.reads })}
        </p>
      )}
      <p className="flex items-start gap-2 text-muted-foreground text-sm">
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-waiting" aria-hidden />
        {t("reset")}
      </p>
    </FormDialog>
  );
}

/** Lines that go and lines that come, the token in them covered. */
function Changes({ path, changes }: { path: string; changes: readonly LineChange[] }) {
  const t = useTranslations("environment.moveToken");
  return (
    <section
      aria-label={t("changes", { path })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-border bg-field font-mono text-xs outline-none focus-visible:ring-2 focus-visible:ring-ring"
    >
      {changes.map(({ line, before, after }) => (
        <div key={line} className="border-border border-b last:border-b-0">
          <p className="px-3 py-1 font-sans text-muted-foreground">{t("line", { line })}</p>
          {before.map((text) => (
            <Line key={text} sign="−" word={t("removed")} text={text} className="bg-danger-soft text-danger" />
          ))}
          {after.map((text) => (
            <Line key={text} sign="+" word={t("added")} text={text} className="bg-running-soft text-running" />
          ))}
        </div>
      ))}
    </section>
  );
}

const Line = ({ sign, word, text, className }: { sign: string; word: string; text: string; className: string }) => (
  <p className={`whitespace-pre px-3 py-0.5 ${className}`}>
    <span aria-hidden>{`${sign} `}</span>
    <span className="sr-only">{word}</span>
    {text}
  </p>
);
