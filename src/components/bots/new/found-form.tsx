"use client";

import { CircleAlert, Info } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { client } from "#client/api";
import { readFailure } from "#client/failure";
import { bytes } from "#client/format";
import { useFailureText } from "#client/words";
import { botName } from "#contracts/bot";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { RuntimeSelect } from "../runtime-select";
import { TokenInput } from "../token-input";
import { type Creation, type CreationField, creationFrom, fieldOf, wouldStart } from "./creation";
import { EntryField } from "./entry-field";
import { StartSwitch } from "./start-switch";
import type { Found } from "./use-import";

type Wrong = Partial<Record<CreationField | "form", string>>;

/** Step two: what was found, what is still asked, and the bot is made. */
export function FoundForm({
  importId,
  found: { detection, files, bytes: size },
  onBack,
  onCreated,
}: {
  importId: string;
  found: Found;
  onBack: () => void;
  onCreated: (botId: string) => void;
}) {
  const t = useTranslations("newBot.found");
  const say = useFailureText();
  const heading = useId();
  const [creation, setCreation] = useState(() => creationFrom(detection));
  const [wrong, setWrong] = useState<Wrong>({});
  const [pending, setPending] = useState(false);
  const change = (part: Partial<Creation>) => {
    setCreation((before) => ({ ...before, ...part }));
    setWrong((before) => ({
      ...before,
      form: undefined,
      ...Object.fromEntries(Object.keys(part).map((key) => [key, undefined])),
    }));
  };

  async function create(event: FormEvent) {
    event.preventDefault();
    const { runtime } = creation;
    const missing: Wrong = {
      ...(creation.name.trim() === "" ? { name: t("nameEmpty") } : {}),
      ...(runtime === null ? { runtime: t("runtimeUnknown") } : {}),
      ...(creation.entry.trim() === "" ? { entry: t("entryEmpty") } : {}),
    };
    if (Object.keys(missing).length > 0 || runtime === null) return setWrong(missing);
    setPending(true);
    try {
      const token = creation.token.trim();
      const bot = await client.bots.create({
        importId,
        // A name the contract refuses goes as it is: the answer then says what is wrong with it.
        name: botName.safeParse(creation.name).data ?? creation.name,
        runtime,
        entry: creation.entry.trim(),
        ...(token ? { token } : {}),
        start: wouldStart(creation, detection),
      });
      onCreated(bot.id);
    } catch (error) {
      setWrong({ [fieldOf(readFailure(error)) ?? "form"]: say(error) });
      setPending(false);
    }
  }

  return (
    <form method="post" className="flex max-w-2xl flex-col gap-6" aria-labelledby={heading} onSubmit={create}>
      <div className="flex flex-col gap-1">
        <h2 id={heading} className="font-semibold text-lg">
          {t("title")}
        </h2>
        <p className="text-muted-foreground text-sm">
          {t("summary", { files, bytes: bytes(size) })} · {t("installer", { installer: detection.installer })}
        </p>
      </div>
      {detection.warnings.length > 0 ? (
        <Card className="border-waiting">
          <CardContent className="flex gap-3 p-4 text-sm">
            <Info className="mt-0.5 size-4 shrink-0 text-waiting" aria-hidden />
            <ul aria-label={t("warnings")} className="flex min-w-0 flex-col gap-1">
              {detection.warnings.map((warning) => (
                <li key={warning} className="wrap-anywhere">
                  {warning}
                </li>
              ))}
            </ul>
          </CardContent>
        </Card>
      ) : null}
      <Field label={t("name")} error={wrong.name} required>
        {(control) => (
          <Input
            {...control}
            // The form takes the place of what was just left, and this is its first question.
            autoFocus
            autoComplete="off"
            placeholder={t("namePlaceholder")}
            value={creation.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-6 sm:grid-cols-2">
        <Field
          label={t("runtime")}
          help={t(detection.runtime ? "runtimeFound" : "runtimeUnknown")}
          error={wrong.runtime}
          required
        >
          {(control) => (
            <RuntimeSelect control={control} value={creation.runtime} onValue={(runtime) => change({ runtime })} />
          )}
        </Field>
        <EntryField
          entries={detection.entries}
          value={creation.entry}
          error={wrong.entry}
          onValue={(entry) => {
            const runtime = detection.entries.find((each) => each.path === entry)?.runtime;
            change({ entry, ...(runtime ? { runtime } : {}) });
          }}
        />
      </div>
      <Field
        label={t(detection.tokenOptional ? "tokenOptional" : "token")}
        help={`${t("tokenHint")} ${t(detection.tokenOptional ? "tokenDemo" : "tokenLater")}`}
        error={wrong.token}
      >
        {(control) => <TokenInput {...control} value={creation.token} onValue={(token) => change({ token })} />}
      </Field>
      <StartSwitch
        checked={wouldStart(creation, detection)}
        possible={wouldStart({ ...creation, start: true }, detection)}
        onChecked={(start) => change({ start })}
      />
      {wrong.form ? (
        <p role="alert" className="flex items-start gap-2 text-danger text-sm">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span className="wrap-anywhere">{wrong.form}</span>
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" pending={pending}>
          {t(pending ? "creating" : "create")}
        </Button>
        <Button variant="ghost" disabled={pending} onClick={onBack}>
          {t("back")}
        </Button>
      </div>
    </form>
  );
}
