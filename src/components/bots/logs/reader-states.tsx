"use client";

import { CloudOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Skeleton } from "../../ui/skeleton";

/** Before the first lines are here, or why they do not come. */
export function ReaderWaiting({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  const t = useTranslations("logs.reader");
  const say = useFailureText();
  if (failure === null) {
    return (
      <div role="status" aria-label={t("loading")} className="flex flex-col gap-2 p-3">
        {["w-2/3", "w-1/2", "w-3/4", "w-2/5", "w-3/5"].map((width) => (
          <Skeleton key={width} className={`h-4 ${width}`} />
        ))}
      </div>
    );
  }
  return (
    <EmptyState
      className="m-4 border-0"
      role="alert"
      icon={<CloudOff aria-hidden />}
      title={t("failed")}
      description={say(failure)}
    >
      <Button size="sm" variant="outline" onClick={onAgain}>
        {t("again")}
      </Button>
    </EmptyState>
  );
}

/** Why the lines before or after did not come; those that are here stay. */
export function ReaderFailed({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  const t = useTranslations("logs.reader");
  const say = useFailureText();
  return (
    <p
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-border border-b bg-danger-soft px-3 py-1.5 text-danger text-xs"
    >
      {say(failure)}
      <Button size="xs" variant="outline" onClick={onAgain}>
        {t("again")}
      </Button>
    </p>
  );
}
