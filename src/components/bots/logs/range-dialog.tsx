"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { fromWallClock, wallClock } from "#client/moment";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";

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
            <Field label={t("begin")}>
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  step={1}
                  value={from}
                  onChange={(event) => setFrom(event.target.value)}
                />
              )}
            </Field>
            <Field label={t("end")} error={wrong}>
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  step={1}
                  value={to}
                  onChange={(event) => setTo(event.target.value)}
                />
              )}
            </Field>
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
