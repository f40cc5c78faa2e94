"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useCell } from "../live/use-live";
import { Button } from "../ui/button";
import { useFiles } from "./context";
import { MoveTokenDialog } from "./move-token-dialog";
import { turns } from "./turns";

/** A line in which a Discord token stands. */
export type TokenPlace = { path: string; line: number };

/** So many places are told; of more, how many there are. */
const TOLD = 100;

/** Where Discord tokens stand in a bot's files; looked for anew after every change made here. */
export function useTokenPlaces(botId: string, enabled: boolean): readonly TokenPlace[] {
  const { data } = useQuery({
    queryKey: keys.tokens(botId),
    enabled,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const places: TokenPlace[] = [];
      for await (const { files } of turns((place) => client.files.tokens({ botId, ...place }), signal)) {
        for (const { path, lines } of files) places.push(...lines.map((line) => ({ path, line })));
      }
      return places;
    },
  });
  return data ?? [];
}

/** Warns of Discord tokens in files: who can read the files of a bot can be the bot. */
export function TokenWarning() {
  const t = useTranslations("files.tokens");
  const { botId, desk, allows } = useFiles();
  const places = useTokenPlaces(botId, allows("file:read"));
  const hushed = useCell(desk.hushed);
  const [shown, setShown] = useState(false);
  if (places.length === 0 || hushed) return null;
  return (
    <section aria-label={t("label")} className="border-border border-b bg-waiting-soft text-waiting text-xs">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
        <KeyRound aria-hidden className="size-4 shrink-0" />
        <p role="status" className="min-w-48 flex-1">
          <span className="font-medium">{t("title", { count: places.length, path: places[0]?.path ?? "" })}</span>{" "}
          {t("body")}
        </p>
        <span className="flex gap-1 text-foreground">
          <Button size="xs" variant="outline" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {t(shown ? "hide" : "show")}
          </Button>
          <Button size="xs" variant="ghost" onClick={() => desk.hushed.set(true)}>
            {t("later")}
          </Button>
        </span>
      </div>
      {shown ? (
        <ul aria-label={t("list")} className="max-h-40 overflow-y-auto px-3 pb-2 text-foreground">
          {places.slice(0, TOLD).map((place) => (
            <TokenRow key={`${place.line}/${place.path}`} place={place} />
          ))}
          {places.length > TOLD ? (
            <li className="py-1 text-muted-foreground">{t("more", { count: places.length - TOLD })}</li>
          ) : null}
        </ul>
      ) : null}
    </section>
  );
}

/** One of them, and what can be done about it. */
function TokenRow({ place: { path, line } }: { place: TokenPlace }) {
  const t = useTranslations("files.tokens");
  const words = useTranslations("environment.moveToken");
  const { openAt, allows } = useFiles();
  const [moving, setMoving] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-border/60 border-t py-1">
      <span className="min-w-0 flex-1 truncate font-mono" title={path}>
        {t("place", { path, line })}
      </span>
      <span aria-hidden className="text-muted-foreground max-sm:hidden">
        ••••••••••••
      </span>
      <Button
        size="xs"
        variant="outline"
        aria-label={t("openLabel", { path, line })}
        onClick={() => openAt(path, { line })}
      >
        {t("open")}
      </Button>
      {allows("env:write") ? (
        <Button
          size="xs"
          variant="outline"
          aria-label={words("buttonLabel", { path, line })}
          onClick={() => setMoving(true)}
        >
          {words("button")}
        </Button>
      ) : null}
      {moving ? <MoveTokenDialog place={{ path, line }} onClose={() => setMoving(false)} /> : null}
    </li>
  );
}
