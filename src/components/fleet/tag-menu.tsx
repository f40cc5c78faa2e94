"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Tag } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { client } from "#client/api";
import { FailureError, failureOf } from "#client/failure";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { TagView } from "#contracts/members";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import type { Row } from "./arrange";

/** Puts a tag on all selected bots, or takes it off where all of them have it. */
export function TagMenu({ rows, disabled }: { rows: readonly Row[]; disabled: boolean }) {
  const t = useTranslations("tags");
  const say = useFailureText();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: keys.tags, queryFn: () => client.tags.list() });
  const botIds = rows.map(({ bot }) => bot.id);
  const hasAll = (tag: TagView) => botIds.every((id) => tag.bots.includes(id));
  const change = async (tag: TagView) => {
    try {
      const asked = { tagId: tag.id, botIds };
      const { results } = await (hasAll(tag) ? client.tags.take(asked) : client.tags.put(asked));
      const failed = results.flatMap((one) => (one.outcome === "failed" ? [one] : []));
      const [first] = failed;
      if (first) {
        const why = say(new FailureError(failureOf(first.code, first.values)));
        toast.error(t("failed", { count: failed.length, why }));
      } else toast.success(t("changed", { count: results.length }));
    } catch (error) {
      toast.error(say(error));
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: keys.tags }),
      queries.invalidateQueries({ queryKey: keys.bots }),
    ]);
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="sm" variant="outline" disabled={disabled}>
          <Tag aria-hidden />
          {t("put")}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {(data?.tags ?? []).map((tag) => (
          <DropdownMenuItem key={tag.id} onSelect={() => void change(tag)}>
            {t(hasAll(tag) ? "takeOff" : "putOn", { name: tag.name })}
          </DropdownMenuItem>
        ))}
        {data && data.tags.length > 0 ? <DropdownMenuSeparator /> : null}
        <DropdownMenuItem asChild>
          <Link href="/tags">{t("manage")}</Link>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
