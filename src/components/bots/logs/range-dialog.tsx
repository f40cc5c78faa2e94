"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { fromWallClock, wallClock } from "#client/moment";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    onRange({ since: begin, until: end });
    onClose();
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent>
        <form method="post" onSubmit={submit} className="flex flex-col gap-4">
          <DialogHeader>
            <DialogTitle>{t("title")}</DialogTitle>
            <DialogDescription>{t("zone", { zone: timeZone })}</DialogDescription>
          </DialogHeader>
          <div className="grid gap-4 sm:grid-cols-2">
            <MomentField label={t("begin")} value={from} onValue={setFrom} />
            <MomentField label={t("end")} error={wrong} value={to} onValue={setTo} />
          </div>
          <DialogFooter>
            <Button variant="outline" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" disabled={wrong !== undefined}>
              {t("apply")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
