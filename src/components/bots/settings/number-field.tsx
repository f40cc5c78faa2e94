import { useTranslations } from "next-intl";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { isOpen, type NumberField as Name } from "./draft";
import type { SectionProps } from "./settings-panel";

/** A question that takes a number, with its unit beside it. */
export function NumberField({
  name,
  label,
  unit,
  help,
  draft,
  wrong,
  readOnly,
  change,
}: SectionProps & { name: Name; label: string; unit?: string; help?: string }) {
  const t = useTranslations("settings");
  return (
    <Field label={label} help={help} error={wrong[name]}>
      {(control) => (
        <span className="flex items-center gap-2">
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            disabled={readOnly}
            placeholder={isOpen(name) ? t("noLimit") : undefined}
            className="w-28 tabular-nums"
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
          {unit ? <span className="text-muted-foreground text-sm">{unit}</span> : null}
        </span>
      )}
    </Field>
  );
}
