"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { BanView } from "#contracts/people";
import { Ago, Until, useTick } from "../../live/time";
import { ActButton } from "../../ui/act-button";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { NewBan } from "./new-ban";

/** Who is kept out. */
export function Bans({ bans, onChanged }: { bans: readonly BanView[]; onChanged: () => void }) {
  const t = useTranslations("people");
  const say = useFailureText();
  const [banning, setBanning] = useState(false);
  const now = useTick(60_000);
  const lift = async ({ id, value }: BanView) => {
    try {
      await client.bans.remove({ banId: id });
      toast.success(t("lifted", { value }));
      onChanged();
    } catch (error) {
      toast.error(say(error));
    }
  };
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{t("bans")}</h2>
          <p className="text-muted-foreground text-sm">{t("bansIntro")}</p>
        </div>
        <Button size="sm" variant="outline" onClick={() => setBanning(true)}>
          {t("ban")}
        </Button>
      </div>
      {bans.length === 0 ? (
        <p className="text-sm">{t("noBans")}</p>
      ) : (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("bans")}>
              {bans.map((ban) => (
                <li key={ban.id} className="flex items-center gap-3 px-3 py-2">
                  <div className="min-w-0 flex-1">
                    <p className="wrap-anywhere font-medium text-sm">{ban.value}</p>
                    <p className="wrap-anywhere text-muted-foreground text-xs">
                      {t(`kind.${ban.kind}`)}
                      {ban.reason ? ` · ${ban.reason}` : null}
                      {ban.until === null ? null : (
                        <>
                          {" · "}
                          {ban.until > now ? t("until") : t("ended")}{" "}
                          {ban.until > now ? <Until at={ban.until} /> : <Ago at={ban.until} />}
                        </>
                      )}
                    </p>
                  </div>
                  <ActButton
                    size="sm"
                    variant="outline"
                    aria-label={t("liftLabel", { value: ban.value })}
                    act={() => lift(ban)}
                  >
                    {t("lift")}
                  </ActButton>
                </li>
              ))}
            </ul>
          </CardContent>
        </Card>
      )}
      {banning ? <NewBan onChanged={onChanged} onClose={() => setBanning(false)} /> : null}
    </section>
  );
}
