"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { client } from "#client/api";
import { bytes } from "#client/format";
import { keys } from "#client/queries";
import { useManner } from "../live/time";
import { Badge } from "../ui/badge";
import { Progress } from "../ui/progress";
import { useFiles } from "./context";

/** From this share on, what is left is worth a warning. */
const NEARLY = 0.9;

const shareOf = (used: number, limit: number) => (limit === 0 ? 0 : used / limit);

/** What a bot's files take, and how near that is to the nearer of its bounds; null until it is known. */
export function useUsage(botId: string) {
  const { data } = useQuery({
    queryKey: keys.usage(botId),
    queryFn: () => client.files.usage({ botId }),
    refetchInterval: 30_000,
  });
  if (!data) return null;
  const [ofBytes, ofFiles] = [shareOf(data.bytes, data.maxBytes), shareOf(data.files, data.maxFiles)];
  const share = Math.max(ofBytes, ofFiles);
  const level: "fine" | "nearly" | "full" = share >= 1 ? "full" : share >= NEARLY ? "nearly" : "fine";
  const by: "bytes" | "files" = ofFiles > ofBytes ? "files" : "bytes";
  return { data, share, level, by };
}

/** What the bot's files take, of what they may. */
export function Usage() {
  const t = useTranslations("files");
  const { locale } = useManner();
  const { botId } = useFiles();
  const usage = useUsage(botId);
  if (!usage) return null;
  const { data, share, level, by } = usage;
  const used = bytes(data.bytes, locale);
  return (
    <div
      className="flex shrink-0 flex-col gap-1.5 border-border border-t px-3 py-2 text-muted-foreground text-xs"
      title={t("usedTitle", { files: data.files, bytes: used })}
    >
      <span className="flex items-center justify-between gap-2">
        {data.maxBytes === 0 ? t("usedOnly", { used }) : t("used", { used, limit: bytes(data.maxBytes, locale) })}
        {by === "files" && share >= 0.01 ? (
          <span>{t("usedFiles", { files: data.files, limit: data.maxFiles })}</span>
        ) : null}
        {level === "nearly" ? <Badge variant="waiting">{t("nearlyFull")}</Badge> : null}
        {level === "full" ? <Badge variant="danger">{t("full")}</Badge> : null}
      </span>
      {share >= 0.01 ? (
        <Progress aria-label={t("usedOnly", { used })} className="h-1" value={Math.min(100, share * 100)} />
      ) : null}
    </div>
  );
}
