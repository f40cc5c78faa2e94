import { useTranslations } from "next-intl";
import { type Draft, type Faults, type NumberField, numbers } from "./draft";

const isNumber = (field: string): field is NumberField => Object.hasOwn(numbers, field);

/** The sentence for each wrong answer. */
export function useFaultWords(): (faults: Faults) => Partial<Record<keyof Draft, string>> {
  const t = useTranslations("settings");
  const say = (field: string, wrong: Faults[keyof Faults]): string | undefined => {
    switch (wrong) {
      case "name":
        return t("general.nameWrong");
      case "entry":
        return t("general.entryWrong");
      case "args":
        return t("general.argsWrong");
      case "codes":
        return t("policy.doneCodesWrong");
      case "line":
        return t("wrong.long", { max: 200 });
      case "number":
        return isNumber(field) ? t("wrong.number", { min: numbers[field].min, max: numbers[field].max }) : undefined;
      default:
        return undefined;
    }
  };
  return (faults) => Object.fromEntries(Object.entries(faults).map(([field, wrong]) => [field, say(field, wrong)]));
}
