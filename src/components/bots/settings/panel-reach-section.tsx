"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { takeBot } from "#client/queries";
import { panelReach } from "#contracts/bot";
import { Field } from "../../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../../ui/select";
import { usePending } from "../../ui/use-pending";
import { useThisBot } from "../bot/this-bot";
import { Section } from "./section";

/** Whether a bot may ask the panel about itself or its siblings, and start them again. */
export function PanelReachSection() {
  const t = useTranslations("settings.panelReach");
  const queries = useQueryClient();
  const { view } = useThisBot();
  const { pending, during } = usePending();

  async function change(next: string) {
    await during(async () => {
      const changed = await client.bots.setPanelReach({ botId: view.id, reach: panelReach.parse(next) });
      await takeBot(queries, changed);
      toast.success(t("set"));
    });
  }
  return (
    <Section title={t("title")}>
      <Field label={t("label")} help={t("help")}>
        {(control) => (
          <Select value={view.panelReach} disabled={pending} onValueChange={(next) => void change(next)}>
            <SelectTrigger {...control} className="max-w-xs">
              <SelectValue />
            </SelectTrigger>
            <SelectContent>
              {panelReach.options.map((name) => (
                <SelectItem key={name} value={name}>
                  {t(name, { owner: view.owner.name })}
                </SelectItem>
              ))}
            </SelectContent>
          </Select>
        )}
      </Field>
    </Section>
  );
}
