"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import type { z } from "zod";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { sessionView } from "#contracts/api/sign-in";
import { Ago } from "../live/time";
import { ActButton } from "../ui/act-button";
import { Badge } from "../ui/badge";
import { Card, CardContent } from "../ui/card";
import { Section } from "./section";

type Session = z.infer<typeof sessionView>;

/** Where one is signed in. */
export function Sessions({ initial }: { initial: readonly Session[] }) {
  const t = useTranslations("account.sessions");
  const say = useFailureText();
  const [sessions, setSessions] = useState(initial);
  const ask = (work: () => Promise<void>) => work().catch((error: unknown) => toast.error(say(error)));
  const end = (one: Session, what: string) =>
    ask(async () => {
      await client.account.sessions.end({ sessionId: one.id });
      setSessions((now) => now.filter(({ id }) => id !== one.id));
      toast.success(t("ended", { what }));
    });
  const endOthers = () =>
    ask(async () => {
      const { ended } = await client.account.sessions.endOthers();
      setSessions((now) => now.filter(({ current }) => current));
      toast.success(t("othersEnded", { count: ended }));
    });
  const others = sessions.some(({ current }) => !current);
  return (
    <Section
      id="sessions"
      title={t("title")}
      intro={t("intro")}
      action={
        others ? (
          <ActButton size="sm" variant="outline" act={endOthers}>
            {t("endOthers")}
          </ActButton>
        ) : null
      }
    >
      <Card>
        <CardContent className="p-2">
          <ul aria-label={t("list")}>
            {sessions.map((one) => (
              <Row key={one.id} session={one} onEnd={(what) => end(one, what)} />
            ))}
          </ul>
        </CardContent>
      </Card>
    </Section>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd: (what: string) => Promise<unknown> }) {
  const t = useTranslations("account.sessions");
  const { browser, system, address, current, createdAt, lastSeenAt, via } = session;
  const what = browser && system ? t("browserOn", { browser, system }) : browser || system || t("unknown");
  return (
    <li className="flex flex-wrap items-center gap-3 rounded-md px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {what}
          {current ? <Badge variant="accent">{t("current")}</Badge> : null}
        </p>
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {address} · {t("seen")} <Ago at={lastSeenAt} /> · {t("since")} <Ago at={createdAt} /> {t(`via.${via}`)}
        </p>
      </div>
      {current ? null : (
        <ActButton size="sm" variant="outline" aria-label={t("endLabel", { what, address })} act={() => onEnd(what)}>
          {t("end")}
        </ActButton>
      )}
    </li>
  );
}
