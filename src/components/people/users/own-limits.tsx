import { useTranslations } from "next-intl";
import type { UserLimits, UserUsage } from "#contracts/people";
import { Section, SectionCard } from "../../account/section";

/** What one's own bots may be together, what of it they are, and what is counted. */
export function OwnLimits({ bounds, usage }: { bounds: UserLimits; usage: UserUsage }) {
  const t = useTranslations("people");
  const rows = [
    ["bots", t("limitBots")],
    ["memoryMb", t("limitMemory")],
    ["diskMb", t("limitDisk")],
  ] as const;
  return (
    <Section id="limits" title={t("ownLimits")} intro={t("limitsCounted")}>
      <SectionCard>
        <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-2 text-sm">
          {rows.map(([kind, label]) => (
            <div key={kind} className="contents">
              <dt className="text-muted-foreground">{label}</dt>
              <dd>
                {bounds[kind] === null
                  ? t("usedOfAny", { used: usage[kind] })
                  : t("usedOf", { used: usage[kind], most: bounds[kind] })}
              </dd>
            </div>
          ))}
        </dl>
      </SectionCard>
    </Section>
  );
}
