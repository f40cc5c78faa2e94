import { ShieldAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { DependencyReport } from "#contracts/dependencies";
import { Ago } from "../../live/time";
import { Badge } from "../../ui/badge";

/** What the package manager last said: how much is outdated, what is vulnerable, and what it could not say. */
export function ReportSection({ report }: { report: DependencyReport }) {
  const t = useTranslations("dependencies");
  const { outdated, vulnerable, troubles } = report;
  return (
    <section className="flex flex-col gap-2 text-sm">
      <p className="text-muted-foreground">
        {t("checked")} <Ago at={report.at} />.{outdated ? ` ${t("outdatedCount", { count: outdated.length })}` : null}
        {vulnerable ? ` ${t("vulnerableCount", { count: vulnerable.length })}` : null}
      </p>
      {troubles.map(({ about, why, detail }) => (
        <p key={about} className="wrap-anywhere text-muted-foreground">
          {t(`about.${about}`)}: {t(`trouble.${why}`, { detail })}
        </p>
      ))}
      {vulnerable && vulnerable.length > 0 ? (
        <ul className="flex flex-col gap-1.5" aria-label={t("vulnerable")}>
          {vulnerable.map(({ name, severity, title, range, fixed }) => (
            <li key={`${name} ${title} ${range}`} className="wrap-anywhere flex flex-wrap items-center gap-x-2 gap-y-1">
              <ShieldAlert className="size-4 shrink-0 text-danger" aria-hidden />
              <span className="font-mono">
                {name} {range}
              </span>
              <Badge variant={severity === "high" || severity === "critical" ? "danger" : "waiting"}>{severity}</Badge>
              <span className="min-w-0 text-muted-foreground">
                {title} ({t(fixed ? "mended" : "unmended")})
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
