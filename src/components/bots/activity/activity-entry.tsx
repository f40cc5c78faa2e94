import Link from "next/link";
import { useTranslations } from "next-intl";
import { Ago } from "../../live/time";
import { useActionWords } from "./action-words";
import type { Entry } from "./activity-panel";
import { Changes } from "./changes";

const kinds = ["person", "key", "bot", "local", "webhook"] as const;

const ways = ["cli", "api", "tool", "sftp"] as const;

/** What was done, by whom, from where and when, in words. An action without words shows its own name. `bot`: with which, where that is not plain. */
export function ActivityEntry({ entry, bot }: { entry: Entry; bot?: { id: string | null; name: string | null } }) {
  const t = useTranslations("activity");
  const words = useActionWords()(entry);
  const kind = kinds.find((each) => each === entry.actorKind);
  const way = ways.find((each) => each === entry.via);
  return (
    <li className="relative flex flex-col gap-0.5 border-border border-l py-2 pl-4 before:absolute before:top-3.5 before:-left-1 before:size-2 before:rounded-full before:bg-border-strong">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="wrap-anywhere min-w-0 font-medium text-sm">{words}</p>
        <Ago at={entry.at} className="shrink-0 text-muted-foreground text-xs" />
      </div>
      <p className="wrap-anywhere text-muted-foreground text-xs">
        {t("by", { actor: entry.actor })}
        {kind ? ` · ${t(`kind.${kind}`)}` : null}
        {way ? ` · ${t(`via.${way}`)}` : null}
        {entry.address ? ` · ${t("from", { address: entry.address })}` : null}
        {bot?.id && bot.name !== null ? (
          <>
            {" · "}
            <Link href={`/bots/${bot.id}`} className="text-link underline underline-offset-2">
              {bot.name}
            </Link>
          </>
        ) : null}
        {bot?.id && bot.name === null ? ` · ${t("gone", { id: bot.id })}` : null}
      </p>
      {entry.detail.unanswered === true ? <p className="text-waiting text-xs">{t("unanswered")}</p> : null}
      <Changes of={entry.detail.changes} />
    </li>
  );
}
