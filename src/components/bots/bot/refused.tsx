"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { FailureError, failureOf } from "#client/failure";
import { useFailureText } from "#client/words";
import type { Values } from "#contracts/errors";
import { useRedrawn } from "../../live/use-return";
import { EmptyState } from "../../ui/empty-state";

/** Stands in the place of a part that could not be read, and says why. */
export function Refused({ code, values }: { code: string; values: Values }) {
  const t = useTranslations("bot");
  const say = useFailureText();
  useRedrawn(code === "worker_away");
  const words = code === "not_allowed" ? t("noPermission") : say(new FailureError(failureOf(code, values)));
  return <EmptyState icon={<CircleAlert aria-hidden />} title={words} />;
}
