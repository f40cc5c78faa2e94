"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { goToDiscord } from "#client/session";
import { useFailureText } from "#client/words";
import { ActButton } from "../ui/act-button";
import { Button } from "../ui/button";
import { FormError } from "./form-error";
import { type Confirmed, OwnerDialog } from "./owner-dialog";
import { Section, SectionCard } from "./section";

type Props = { available: boolean; linked: string | null; refused: string | null };

/** The Discord account that one signs in with. `refused`: why linking it did not work, after coming back from there. */
export function DiscordSection({ available, linked, refused }: Props) {
  const t = useTranslations("account.discord");
  const router = useRouter();
  const say = useFailureText();
  const [linking, setLinking] = useState(false);
  const unlink = () =>
    client.account.discord
      .unlink()
      .then(() => {
        toast.success(t("unlinked"));
        router.refresh();
      })
      .catch((error: unknown) => toast.error(say(error)));
  return (
    <Section id="discord" title={t("title")} intro={t("intro")}>
      <SectionCard>
        <FormError>{refused}</FormError>
        {available || linked ? (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="wrap-anywhere text-sm">{linked ? t("linked", { name: linked }) : t("notLinked")}</p>
            {linked ? (
              <ActButton variant="outline" act={unlink}>
                {t("unlink")}
              </ActButton>
            ) : (
              <Button onClick={() => setLinking(true)}>{t("link")}</Button>
            )}
          </div>
        ) : (
          <p className="text-muted-foreground text-sm">{t("off")}</p>
        )}
      </SectionCard>
      {linking ? <LinkDialog onClose={() => setLinking(false)} /> : null}
    </Section>
  );
}

function LinkDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("account.discord");
  async function submit(confirmed: Confirmed) {
    await client.account.discord.link(confirmed);
    await goToDiscord();
  }
  return (
    <OwnerDialog title={t("linkTitle")} intro={t("linkIntro")} action={t("go")} onSubmit={submit} onClose={onClose} />
  );
}
