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

/** What the bot's files take, of what they may. */
export function Usage() {
  const t = useTranslations("files");
  const { locale } = useManner();
  const { botId } = useFiles();
  const { data } = useQuery({
    queryKey: keys.usage(botId),
    queryFn: () => client.files.usage({ botId }),
    refetchInterval: 30_000,
  });
  if (!data) return null;
  const [ofBytes, ofFiles] = [shareOf(data.bytes, data.maxBytes), shareOf(data.files, data.maxFiles)];
  const share = Math.max(ofBytes, ofFiles);
  const used = bytes(data.bytes, locale);
  return (
    <div
      className="flex shrink-0 flex-col gap-1.5 border-border border-t px-3 py-2 text-muted-foreground text-xs"
      title={t("usedTitle", { files: data.files, bytes: used })}
    >
      <span className="flex items-center justify-between gap-2">
        {data.maxBytes === 0 ? t("usedOnly", { used }) : t("used", { used, limit: bytes(data.maxBytes, locale) })}
        {ofFiles > ofBytes && ofFiles >= 0.01 ? (
          <span>{t("usedFiles", { files: data.files, limit: data.maxFiles })}</span>
        ) : null}
        {share >= NEARLY ? <Badge variant="waiting">{t("nearlyFull")}</Badge> : null}
      </span>
      {share >= 0.01 ? (
        <Progress aria-label={t("usedOnly", { used })} className="h-1" value={Math.min(100, share * 100)} />
      ) : null}
    </div>
  );
}
