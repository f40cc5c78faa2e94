"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { client } from "#client/api";
import { keepInvite, takeInvite } from "#client/invite";
import { goToDiscord } from "#client/session";
import { useFailureText } from "#client/words";
import type { InviteOffer } from "#contracts/members";
import { AuthCard } from "../account/auth-card";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { JoinForm } from "./join-form";
import { GrantBadge } from "./sharing/member-row";

type Props = {
  name: string | null;
  /** Whether a new account may be one of Discord's, or who they are there was proven just now. */
  discord: "offered" | "proven" | null;
};

/** Shows what an invite offers, and takes it: by whoever is signed in (`name`), or by a new account. */
export function InvitePanel({ name, discord }: Props) {
  const t = useTranslations("invite");
  const tNames = useTranslations("permissions.names");
  const say = useFailureText();
  const [code, setCode] = useState<string | null>(null);
  const [offer, setOffer] = useState<InviteOffer | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const asked = useRef(false);
  useEffect(() => {
    // Development runs effects twice; the second time the address is clean already.
    if (asked.current) return;
    asked.current = true;
    const found = takeInvite();
    if (!found) return setRefused(t("noCode"));
    setCode(found);
    client.invites.look({ code: found }).then(setOffer, (error: unknown) => setRefused(say(error)));
  }, [t, say]);

  const go = (botId: string | null) => window.location.assign(botId ? `/bots/${botId}` : "/");
  async function accept() {
    if (!code) return;
    setPending(true);
    setRefused(null);
    try {
      go((await client.invites.accept({ code })).botId);
    } catch (error) {
      setRefused(say(error));
      setPending(false);
    }
  }
  const signIn = () => {
    if (code) keepInvite(code);
    window.location.assign("/sign-in?next=/invite");
  };

  async function prove() {
    if (!code) return;
    setRefused(null);
    try {
      await client.invites.prove({ code });
      keepInvite(code);
      await goToDiscord();
    } catch (error) {
      setRefused(say(error));
    }
  }

  const { shared } = offer ?? {};
  const says = !offer
    ? t(refused ? "title" : "looking")
    : !shared
      ? t("offerAccount", { by: offer.by, role: offer.role })
      : shared.kind === "bot"
        ? t("offerBot", { by: offer.by, name: shared.name })
        : t("offerTag", { by: offer.by, name: shared.name, bots: shared.bots });
  return (
    <AuthCard title={t("title")} description={says}>
      <FormError>{refused}</FormError>
      {offer ? (
        <div className="flex flex-col gap-5">
          {offer.note ? <p className="wrap-anywhere text-sm">{t("note", { note: offer.note })}</p> : null}
          {offer.permissions.length > 0 ? (
            <details className="text-sm">
              <summary className="flex cursor-pointer items-center gap-2 rounded-md outline-none focus-visible:ring-2 focus-visible:ring-ring">
                {t("may")} <GrantBadge permissions={offer.permissions} />
              </summary>
              <ul className="list-disc pt-2 pl-5 text-muted-foreground">
                {offer.permissions.map((one) => (
                  <li key={one}>{tNames(one)}</li>
                ))}
              </ul>
            </details>
          ) : null}
          {offer.hiddenPaths.length > 0 ? <p className="text-muted-foreground text-sm">{t("hides")}</p> : null}
          {name === null && code ? (
            <>
              <JoinForm code={code} byDiscord={discord === "proven"} onJoined={go} />
              {discord === "offered" ? (
                <Button variant="outline" onClick={() => void prove()}>
                  {t("discord")}
                </Button>
              ) : null}
              <Button variant="outline" onClick={signIn}>
                {t("have")}
              </Button>
            </>
          ) : (
            <>
              <p className="text-muted-foreground text-sm">{t("as", { name: name ?? "" })}</p>
              <Button size="lg" pending={pending} onClick={() => void accept()}>
                {t("accept")}
              </Button>
            </>
          )}
        </div>
      ) : null}
    </AuthCard>
  );
}
