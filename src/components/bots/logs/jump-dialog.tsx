"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { fromWallClock, wallClock } from "#client/moment";
import { useFailureText } from "#client/words";
import type { LogCursor } from "#contracts/log";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../../ui/dialog";
import { MomentField } from "./moment-field";
import { firstPlace, placeSince } from "./places";

const HOUR = 3_600_000;
const steps = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const;

/** Leads to the first line from a moment on. */
export function JumpDialog({
  botId,
  onClose,
  onPlace,
}: {
  botId: string;
  onClose: () => void;
  onPlace: (place: LogCursor) => void;
}) {
  const t = useTranslations("logs.jump");
  const say = useFailureText();
  const { timeZone } = useManner();
  const [time, setTime] = useState(() => wallClock(Date.now() - HOUR, timeZone));
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const at = fromWallClock(time, timeZone);

  async function jump(find: () => Promise<LogCursor | null>) {
    setPending(true);
    setWrong(null);
    try {
      const place = await find();
      if (place) {
        onPlace(place);
        onClose();
      } else setWrong(t("nothing"));
    } catch (error) {
      setWrong(say(error));
    } finally {
      setPending(false);
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (at !== null) void jump(() => placeSince(botId, at));
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent>
        <form method="post" onSubmit={submit} className="flex flex-col gap-4">
          <DialogHeader>
            <DialogTitle>{t("title")}</DialogTitle>
            <DialogDescription>{t("body", { zone: timeZone })}</DialogDescription>
          </DialogHeader>
          <MomentField label={t("time")} error={wrong} value={time} onValue={setTime} />
          <div className="flex flex-wrap gap-2">
            <Button size="sm" variant="secondary" disabled={pending} onClick={() => jump(() => firstPlace(botId))}>
              {t("beginning")}
            </Button>
            {(["week", "day", "hour"] as const).map((step) => (
              <Button
                key={step}
                size="sm"
                variant="secondary"
                disabled={pending}
                onClick={() => jump(() => placeSince(botId, Date.now() - steps[step]))}
              >
                {t(step)}
              </Button>
            ))}
          </div>
          <DialogFooter>
            <Button variant="outline" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" pending={pending} disabled={at === null}>
              {t("go")}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
