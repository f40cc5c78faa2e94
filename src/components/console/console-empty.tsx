import { CloudOff, LoaderCircle, Moon, SearchX, SquareTerminal } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ProcessStatus } from "#contracts/process";
import { Button } from "../ui/button";

/** What stands in a console without lines: why, and what would bring some. */
export function ConsoleEmpty({
  status,
  loading,
  away,
  history,
  text,
}: {
  status: ProcessStatus | null;
  loading: boolean;
  away: boolean;
  /** Where what is filtered for is looked for in the whole history; null without a filter. */
  history: string | null;
  /** What is filtered for, besides levels and time. */
  text: string;
}) {
  const t = useTranslations("console");
  if (history !== null) {
    return (
      <Words icon={<SearchX />} title={text === "" ? t("filterNothing") : t("filterNone", { text })}>
        <Button asChild size="sm" variant="outline">
          <Link href={history}>{t("history")}</Link>
        </Button>
      </Words>
    );
  }
  if (loading) return <Words icon={<LoaderCircle className="animate-spin" />} title={t("loading")} />;
  if (away) return <Words icon={<CloudOff />} title={t("empty.away")} hint={t("empty.awayHint")} />;
  if (status?.state === "running") {
    return <Words icon={<SquareTerminal />} title={t("empty.running")} hint={t("empty.runningHint")} />;
  }
  if (status?.state === "starting" || status?.state === "preparing") {
    return <Words icon={<SquareTerminal />} title={t("empty.starting")} hint={t("empty.startingHint")} />;
  }
  return <Words icon={<Moon />} title={t("empty.stopped")} hint={t("empty.stoppedHint")} />;
}

const Words = ({
  icon,
  title,
  hint,
  children,
}: {
  icon: ReactNode;
  title: string;
  hint?: string;
  children?: ReactNode;
}) => (
  <div className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
    <span aria-hidden className="text-muted-foreground [&_svg]:size-6">
      {icon}
    </span>
    <p className="wrap-anywhere font-medium text-sm">{title}</p>
    {hint ? <p className="max-w-sm text-muted-foreground text-sm">{hint}</p> : null}
    {children}
  </div>
);
