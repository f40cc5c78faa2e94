"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { botPermissions, type KeyScope, kindsToCome, type Preset, panelPermissions, presets } from "#contracts/access";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Label } from "../ui/label";

export type AnyPermission = KeyScope["permissions"][number];

/** What permissions are about: what stands before their colon. `panel`: those that hang on no bot. */
const kinds = [
  "bot",
  "console",
  "power",
  "env",
  "file",
  "git",
  "deploy",
  "dependency",
  "metrics",
  "presence",
  "activity",
  "schedule",
  "backup",
  "database",
  "port",
  "member",
  "settings",
  "panel",
] as const;
type Kind = (typeof kinds)[number];

const permissionsOf = (kind: Kind): AnyPermission[] =>
  kind === "panel" ? [...panelPermissions] : botPermissions.filter((one) => one.startsWith(`${kind}:`));
const presetNames: readonly Preset[] = ["viewer", "operator", "developer", "manager"];

/** Chooses permissions one by one, by kind or from a preset. Only those of `offered` can be seen and chosen. */
export function PermissionPicker({
  offered,
  chosen,
  onChoose,
}: {
  offered: readonly AnyPermission[];
  chosen: readonly AnyPermission[];
  onChoose: (chosen: AnyPermission[]) => void;
}) {
  const t = useTranslations("permissions");
  const heading = useId();
  const choose = (wanted: ReadonlySet<string>) => onChoose(offered.filter((one) => wanted.has(one)));
  const change = (some: readonly AnyPermission[], taken: boolean) => {
    const wanted = new Set<string>(chosen);
    for (const one of some) taken ? wanted.add(one) : wanted.delete(one);
    choose(wanted);
  };
  const from = (label: string, wanted: readonly string[]) => (
    <Button key={label} variant="outline" size="xs" onClick={() => choose(new Set(wanted))}>
      {label}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser */}
      <div role="group" aria-labelledby={heading} className="flex flex-wrap items-center gap-1.5">
        <span id={heading} className="text-muted-foreground text-xs">
          {t("presets")}
        </span>
        {presetNames.map((name) => from(t(`preset.${name}`), presets[name]))}
        {from(t("everything"), offered)}
        {from(t("nothing"), [])}
      </div>
      <ul className="divide-y divide-border rounded-lg border border-border">
        {kinds.map((kind) => {
          const here = permissionsOf(kind).filter((one) => offered.includes(one));
          if (here.length === 0) return null;
          return <KindRow key={kind} kind={kind} permissions={here} chosen={chosen} onChange={change} />;
        })}
      </ul>
    </div>
  );
}

function KindRow({
  kind,
  permissions,
  chosen,
  onChange,
}: {
  kind: Kind;
  permissions: readonly AnyPermission[];
  chosen: readonly AnyPermission[];
  onChange: (some: readonly AnyPermission[], taken: boolean) => void;
}) {
  const t = useTranslations("permissions");
  const id = useId();
  const name = t(`kinds.${kind}`);
  const taken = permissions.filter((one) => chosen.includes(one)).length;
  return (
    <li className="flex items-start gap-3 px-3 py-2">
      <Checkbox
        className="mt-0.5"
        aria-label={t("all", { kind: name })}
        checked={taken === 0 ? false : taken === permissions.length ? true : "indeterminate"}
        onCheckedChange={(checked) => onChange(permissions, checked === true)}
      />
      <details className="group min-w-0 flex-1">
        <summary className="flex cursor-pointer list-none items-center gap-2 rounded-md text-sm outline-none focus-visible:ring-2 focus-visible:ring-ring">
          <span className="flex-1 font-medium">
            {name}
            {kindsToCome.includes(kind) ? (
              <span className="ml-2 font-normal text-muted-foreground text-xs">{t("toCome")}</span>
            ) : null}
          </span>
          <span className="text-muted-foreground text-xs">
            {t("count", { chosen: taken, all: permissions.length })}
          </span>
          <ChevronRight aria-hidden className="size-4 text-muted-foreground group-open:rotate-90" />
        </summary>
        <ul className="grid gap-2 pt-3 pb-1">
          {permissions.map((one) => (
            <li key={one} className="flex items-start gap-2">
              <Checkbox
                id={`${id}-${one}`}
                checked={chosen.includes(one)}
                onCheckedChange={(checked) => onChange([one], checked === true)}
              />
              <Label htmlFor={`${id}-${one}`} className="min-w-0 flex-1 flex-wrap font-normal leading-snug">
                {t(`names.${one}`)} <code className="text-muted-foreground text-xs">{one}</code>
              </Label>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
