"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { fromWallClock, wallClock } from "#client/moment";
import { useManner } from "../../live/time";
import { FormDialog } from "../../ui/form-dialog";
import { MomentField } from "./moment-field";

/** Asks from when to when, in the viewer's zone; either may be left open. */
export function RangeDialog({
  since,
  until,
  onClose,
  onRange,
}: {
  since: number | null;
  until: number | null;
  onClose: () => void;
  onRange: (range: { since: number | null; until: number | null }) => void;
}) {
  const t = useTranslations("logs.range");
  const { timeZone } = useManner();
  const [from, setFrom] = useState(since === null ? "" : wallClock(since, timeZone));
  const [to, setTo] = useState(until === null ? "" : wallClock(until, timeZone));
  const begin = fromWallClock(from, timeZone);
  const end = fromWallClock(to, timeZone);
  const wrong = begin !== null && end !== null && begin >= end ? t("wrong") : undefined;
  const submit = () => {
    onRange({ since: begin, until: end });
    onClose();
  };
  return (
    <FormDialog
      title={t("title")}
      intro={t("zone", { zone: timeZone })}
      action={t("apply")}
      ready={wrong === undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <MomentField label={t("begin")} value={from} onValue={setFrom} />
        <MomentField label={t("end")} error={wrong} value={to} onValue={setTo} />
      </div>
    </FormDialog>
  );
}
