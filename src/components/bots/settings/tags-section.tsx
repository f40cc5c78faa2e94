"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { FailureError, failureOf } from "#client/failure";
import { botChanged, keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { TagView } from "#contracts/members";
import { Checkbox } from "../../ui/checkbox";
import { Label } from "../../ui/label";
import { useThisBot } from "../bot/this-bot";
import { Section } from "./section";

/** Puts the viewer's own tags on the bot, and takes them off; others' too, for who may remove the members that they let in. */
export function TagsSection() {
  const t = useTranslations("tags");
  const say = useFailureText();
  const queries = useQueryClient();
  const { view, allows } = useThisBot();
  const id = useId();
  const { data } = useQuery({ queryKey: keys.tags, queryFn: () => client.tags.list() });
  const others =
    data && allows("member:delete") ? view.tags.filter(({ id: one }) => !data.tags.some((tag) => tag.id === one)) : [];
  const change = async (tag: Pick<TagView, "id">, on: boolean) => {
    try {
      const asked = { tagId: tag.id, botIds: [view.id] };
      const { results } = await (on ? client.tags.put(asked) : client.tags.take(asked));
      for (const one of results) if (one.outcome === "failed") throw new FailureError(failureOf(one.code, one.values));
    } catch (error) {
      toast.error(say(error));
    }
    await Promise.all([queries.invalidateQueries({ queryKey: keys.tags }), botChanged(queries, view.id)]);
  };
  return (
    <Section title={t("section")}>
      <p className="text-muted-foreground text-sm">{t("sectionHelp")}</p>
      <ul aria-label={t("of", { name: view.name })} className="flex flex-wrap gap-x-6 gap-y-3">
        {(data?.tags ?? []).map((tag) => (
          <li key={tag.id} className="flex items-center gap-2">
            <Checkbox
              id={`${id}-${tag.id}`}
              checked={tag.bots.includes(view.id)}
              onCheckedChange={(checked) => void change(tag, checked === true)}
            />
            <Label htmlFor={`${id}-${tag.id}`}>{tag.name}</Label>
          </li>
        ))}
        {others.map((tag) => (
          <li key={tag.id} className="flex items-center gap-2">
            <Checkbox id={`${id}-${tag.id}`} checked onCheckedChange={() => void change(tag, false)} />
            <Label htmlFor={`${id}-${tag.id}`}>{t("others", { name: tag.name })}</Label>
          </li>
        ))}
      </ul>
      <Link href="/tags" className="w-fit text-link text-sm underline underline-offset-4">
        {t("manage")}
      </Link>
    </Section>
  );
}
