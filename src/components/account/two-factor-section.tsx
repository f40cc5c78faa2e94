"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { Ago } from "../live/time";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { BothDialog } from "./both-dialog";
import { EnableTwoFactor } from "./enable-two-factor";
import { RecoveryCodes } from "./recovery-codes";
import { Section, SectionCard } from "./section";

type Props = { twoFactor: { since: number; recoveryLeft: number } | null };

/** The second factor: whether it is on, and what is left of its recovery codes. */
export function TwoFactorSection({ twoFactor }: Props) {
  const t = useTranslations("account.twoFactor");
  const router = useRouter();
  const [open, setOpen] = useState<"enable" | "disable" | "renew" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => setOpen(null);
  const show = (made: string[]) => {
    close();
    setCodes(made);
    router.refresh();
  };
  return (
    <Section id="two-factor" title={t("title")} intro={t("intro")}>
      <SectionCard>
        {twoFactor ? (
          <>
            <div className="flex flex-col gap-1 text-sm">
              <p className="flex flex-wrap items-center gap-2">
                <Badge variant="running">{t("on")}</Badge>
                <span>
                  {t("since")} <Ago at={twoFactor.since} />
                </span>
              </p>
              <p>{t("left", { count: twoFactor.recoveryLeft })}</p>
              <p className="text-muted-foreground">{t("sftp")}</p>
            </div>
            <div className="flex flex-wrap gap-2">
              <Button variant="outline" onClick={() => setOpen("renew")}>
                {t("renew")}
              </Button>
              <Button variant="outline" onClick={() => setOpen("disable")}>
                {t("disable")}
              </Button>
            </div>
          </>
        ) : (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <Badge variant="asleep">{t("off")}</Badge>
            <Button onClick={() => setOpen("enable")}>{t("enable")}</Button>
          </div>
        )}
      </SectionCard>
      {open === "enable" ? (
        <EnableTwoFactor
          onClose={close}
          onEnabled={(made) => {
            toast.success(t("enabled"));
            show(made);
          }}
        />
      ) : null}
      {open === "disable" ? (
        <BothDialog
          title={t("disableTitle")}
          intro={t("disableIntro")}
          action={t("disable")}
          onClose={close}
          work={async (both) => {
            await client.account.twoFactor.disable(both);
            close();
            toast.success(t("disabled"));
            router.refresh();
          }}
        />
      ) : null}
      {open === "renew" ? (
        <BothDialog
          title={t("renewTitle")}
          intro={t("renewIntro")}
          action={t("renew")}
          onClose={close}
          work={async (both) => show((await client.account.twoFactor.renewCodes(both)).codes)}
        />
      ) : null}
      {codes ? <RecoveryCodes codes={codes} onClose={() => setCodes(null)} /> : null}
    </Section>
  );
}
