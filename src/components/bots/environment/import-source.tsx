import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ChangeEvent, type FormEvent, useRef } from "react";
import { client } from "#client/api";
import { bytes } from "#client/format";
import { holdsSecrets } from "#contracts/covered";
import { ENV_FILE_BYTES, type EnvSource } from "#contracts/env-file";
import { Button } from "../../ui/button";
import { DialogFooter } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Textarea } from "../../ui/textarea";
import { useThisBot } from "../bot/this-bot";

/** Files of the bot that are offered. */
const OFFERED = 3;

/** Where a `.env` comes from: pasted, a file of this device, or one of the bot's own. */
export function ImportSource({
  botId,
  text,
  pending,
  wrong,
  onWrong,
  onText,
  onLook,
  onClose,
}: {
  botId: string;
  text: string;
  pending: boolean;
  wrong: string | undefined;
  onWrong: (words: string) => void;
  onText: (text: string) => void;
  onLook: (source: EnvSource) => void;
  onClose: () => void;
}) {
  const t = useTranslations("environment.importFile");
  const locale = useLocale();
  const file = useRef<HTMLInputElement>(null);
  const own = useOwnFiles(botId);

  async function choose(event: ChangeEvent<HTMLInputElement>) {
    const chosen = event.target.files?.[0];
    // The same file may be chosen again after it was changed.
    event.target.value = "";
    if (!chosen) return;
    if (chosen.size > ENV_FILE_BYTES) return onWrong(t("tooLarge", { limit: bytes(ENV_FILE_BYTES, locale) }));
    const read = await chosen.text();
    if (read.includes("\0")) return onWrong(t("notText"));
    onLook({ text: read });
  }
  const look = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onLook({ text });
  };
  return (
    <form method="post" className="flex min-w-0 flex-col gap-4" onSubmit={look}>
      <Field label={t("text")} error={wrong}>
        {(control) => (
          <Textarea
            {...control}
            rows={8}
            autoComplete="off"
            spellCheck={false}
            placeholder={t("placeholder")}
            className="wrap-anywhere font-mono text-xs"
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" variant="outline" disabled={pending} onClick={() => file.current?.click()}>
          <FileUp aria-hidden />
          {t("choose")}
        </Button>
        <input ref={file} type="file" hidden aria-label={t("choose")} onChange={(event) => void choose(event)} />
        {own.map((path) => (
          <Button key={path} size="sm" variant="outline" disabled={pending} onClick={() => onLook({ path })}>
            <span className="max-w-56 truncate">{t("own", { path })}</span>
          </Button>
        ))}
      </div>
      <DialogFooter>
        <Button variant="outline" disabled={pending} onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" pending={pending} disabled={text.trim() === ""}>
          {t(pending ? "looking" : "look")}
        </Button>
      </DialogFooter>
    </form>
  );
}

/** The `.env` files that lie in the bot's folder, nearest first. */
function useOwnFiles(botId: string): readonly string[] {
  const { allows } = useThisBot();
  const { data } = useQuery({
    queryKey: ["bots", botId, "files", "env"],
    enabled: allows("file:list") && allows("file:read"),
    queryFn: async () => {
      const { names } = await client.files.find({ botId, text: ".env", fuzzy: "false", limit: 50 });
      const depth = (path: string) => path.split("/").length;
      return names
        .map(({ path }) => path)
        .filter((path) => holdsSecrets(path) && !/\.(example|sample|template)$/i.test(path))
        .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
        .slice(0, OFFERED);
    },
  });
  return data ?? [];
}
