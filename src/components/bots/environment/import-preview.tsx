import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { TOKEN_KEY } from "#contracts/bot";
import type { EnvLine } from "#contracts/env-file";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { DialogFooter } from "../../ui/dialog";
import { EmptyState } from "../../ui/empty-state";
import { Switch } from "../../ui/switch";

/** A variable of the file that is to be set. */
export type Taken = { key: string; secret: boolean };

/** What a `.env` would do, a line for each variable, with a choice for each. */
export function ImportPreview({
  lines,
  pending,
  wrong,
  onSave,
  onBack,
}: {
  lines: readonly EnvLine[];
  pending: boolean;
  wrong: string | undefined;
  onSave: (take: Taken[]) => void;
  onBack: () => void;
}) {
  const t = useTranslations("environment.importFile");
  const [left, setLeft] = useState<ReadonlySet<string>>(
    () => new Set(lines.filter(({ outcome }) => outcome === "equal").map(({ key }) => key)),
  );
  const [secrets, setSecrets] = useState<ReadonlySet<string>>(
    () => new Set(lines.filter(({ secret }) => secret).map(({ key }) => key)),
  );
  const take = lines
    .filter(({ key, outcome }) => outcome !== "refused" && !left.has(key))
    .map(({ key }) => ({ key, secret: secrets.has(key) }));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {lines.length === 0 ? (
        <EmptyState className="border-0 py-6" title={t("empty")} />
      ) : (
        <ul className="max-h-[55dvh] divide-y divide-border overflow-y-auto rounded-xl border border-border">
          {lines.map((line) => (
            <ImportLine
              key={`${line.line}/${line.key}`}
              line={line}
              taken={!left.has(line.key)}
              secret={secrets.has(line.key)}
              onTake={(taken) => setLeft(toggled(left, line.key, !taken))}
              onSecret={(secret) => setSecrets(toggled(secrets, line.key, secret))}
            />
          ))}
        </ul>
      )}
      {wrong ? (
        <p role="alert" className="flex items-start gap-1.5 text-danger text-sm">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {wrong}
        </p>
      ) : null}
      <DialogFooter>
        <Button variant="outline" disabled={pending} onClick={onBack}>
          {t("back")}
        </Button>
        <Button pending={pending} disabled={take.length === 0} onClick={() => onSave(take)}>
          {pending ? t("saving") : t("save", { count: take.length })}
        </Button>
      </DialogFooter>
    </div>
  );
}

function toggled(set: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}

const tones = { new: "running", changed: "waiting", equal: "outline", hidden: "waiting", refused: "danger" } as const;

function ImportLine({
  line: { line, also, key, outcome, why, value, before },
  taken,
  secret,
  onTake,
  onSecret,
}: {
  line: EnvLine;
  taken: boolean;
  secret: boolean;
  onTake: (taken: boolean) => void;
  onSecret: (secret: boolean) => void;
}) {
  const t = useTranslations("environment.importFile");
  const refused = outcome === "refused";
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1.5 px-3 py-2.5 text-sm" data-variable={key}>
      <Checkbox
        className="mt-0.5"
        aria-label={t("take", { key: key === "" ? t("line", { line }) : key })}
        checked={taken && !refused}
        disabled={refused}
        onCheckedChange={(checked) => onTake(checked === true)}
      />
      <div className="flex min-w-40 flex-1 flex-col gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="wrap-anywhere font-medium font-mono">{key === "" ? t("line", { line }) : key}</span>
          <Badge variant={tones[outcome]}>{t(`outcome.${outcome}`)}</Badge>
        </p>
        <p className="text-muted-foreground text-xs">
          {why ? t(`why.${why}`) : <Value value={secret ? null : value} before={before} />}
        </p>
        {key === "" ? null : (
          <p className="text-muted-foreground text-xs">
            {t("line", { line })}
            {also.length > 0 ? `, ${t("also", { count: also.length, lines: also.join(", ") })}` : null}
          </p>
        )}
      </div>
      {refused ? null : (
        <span className="flex items-center gap-2 text-muted-foreground text-xs">
          <span aria-hidden>{t("secret")}</span>
          <Switch
            aria-label={t("secretLabel", { key })}
            checked={secret}
            disabled={key === TOKEN_KEY}
            onCheckedChange={onSecret}
          />
        </span>
      )}
    </li>
  );
}

function Value({ value, before }: { value: string | null; before: string | undefined }) {
  const t = useTranslations("environment.importFile");
  const shown = (text: string) =>
    text === "" ? t("emptyValue") : <span className="wrap-anywhere font-mono text-foreground">{short(text)}</span>;
  if (value === null) return t("hiddenValue");
  return (
    <>
      {shown(value)}
      {before === undefined ? null : (
        <>
          {" · "}
          {t("was")} {shown(before)}
        </>
      )}
    </>
  );
}

/** As much of a value as tells it from another. */
const short = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
