"use client";

import { Download, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { fromWallClock, startOfDay } from "#client/moment";
import type { AuditFilter } from "#contracts/api/audit";
import { useManner } from "../live/time";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";

/** As the form holds it: empty means whatever it is. */
export type Chosen = { text: string; actor: string; action: string; since: string; until: string };
export const noFilter: Chosen = { text: "", actor: "", action: "all", since: "", until: "" };

/** Kinds of actions, by what they begin with. */
export const kinds = [
  "bot",
  "file",
  "env",
  "deploy",
  "dependency",
  "log",
  "import",
  "stray",
  "member",
  "invite",
  "tag",
  "account",
  "session",
  "twoFactor",
  "passkey",
  "discord",
  "key",
  "sshKey",
  "sftp",
  "device",
  "user",
  "limits",
  "ban",
  "audit",
] as const;

/** The filter as the panel takes it. Days are those of the viewer's zone, and the last one is whole. */
export function filterOf({ text, actor, action, since, until }: Chosen, timeZone: string): AuditFilter {
  const from = fromWallClock(`${since}T00:00`, timeZone);
  const last = fromWallClock(`${until}T12:00`, timeZone);
  return {
    ...(text.trim() && { text: text.trim() }),
    ...(actor.trim() && { actor: actor.trim() }),
    ...(action !== "all" && { action }),
    ...(from !== null && { since: from }),
    // A day later by the clock is some time of the next day, however long that day is.
    ...(last !== null && { until: startOfDay(last + 86_400_000, timeZone) }),
  };
}

const fileAddress = (chosen: Chosen, timeZone: string, format: "csv" | "json"): string =>
  `/api/v1/audit/file?${new URLSearchParams(
    Object.entries({ ...filterOf(chosen, timeZone), format }).map(([key, value]) => [key, String(value)]),
  )}`;

/** Asks what is looked for, and offers it as a file. */
export function AuditFilters({
  initial,
  pending,
  onLook,
}: {
  initial: Chosen;
  pending: boolean;
  onLook: (chosen: Chosen) => void;
}) {
  const t = useTranslations("audit");
  const { timeZone } = useManner();
  const [chosen, setChosen] = useState(initial);
  const change = (part: Partial<Chosen>) => setChosen((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onLook(chosen);
  };
  const text = (name: "text" | "actor", label: string) => (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          maxLength={100}
          value={chosen[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const day = (name: "since" | "until", label: string) => (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={chosen[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-5">
        {text("text", t("text"))}
        {text("actor", t("actor"))}
        <Field label={t("action")}>
          {(control) => (
            <Select value={chosen.action} onValueChange={(action) => change({ action })}>
              <SelectTrigger {...control}>
                <SelectValue />
              </SelectTrigger>
              <SelectContent>
                <SelectItem value="all">{t("kind.all")}</SelectItem>
                {kinds.map((kind) => (
                  <SelectItem key={kind} value={kind}>
                    {t(`kind.${kind}`)}
                  </SelectItem>
                ))}
              </SelectContent>
            </Select>
          )}
        </Field>
        {day("since", t("since"))}
        {day("until", t("until"))}
      </div>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" pending={pending}>
          <Search aria-hidden />
          {t("look")}
        </Button>
        {(["csv", "json"] as const).map((format) => (
          <Button key={format} variant="outline" asChild>
            <a href={fileAddress(chosen, timeZone, format)} download>
              <Download aria-hidden />
              {t("download", { format: format.toUpperCase() })}
            </a>
          </Button>
        ))}
      </div>
    </form>
  );
}
