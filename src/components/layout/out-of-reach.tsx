"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { FailureError } from "#client/failure";
import { useFailureText } from "#client/words";
import type { ErrorCode, Values } from "#contracts/errors";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** What a page shows when it could not be read for a reason that has words: most often, the database is away. */
export function OutOfReach({ code, values }: { code: ErrorCode; values: Values }) {
  const t = useTranslations("errors");
  const tCommon = useTranslations("common");
  const say = useFailureText();
  return (
    <EmptyState
      level={1}
      role="alert"
      icon={<CircleAlert aria-hidden />}
      title={t("outOfReachTitle")}
      description={say(new FailureError({ code, values }))}
    >
      <Button onClick={() => window.location.reload()}>{tCommon("tryAgain")}</Button>
    </EmptyState>
  );
}
