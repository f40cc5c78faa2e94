"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import type { DeployRequest, DeployState } from "#contracts/deploy";

/** Files that were changed here, and what an update does with them. */
export function Changes({
  state: { changes, changesMore },
  local,
  onLocal,
}: {
  state: DeployState;
  local: DeployRequest["local"];
  /** Null: the viewer may not update. */
  onLocal: ((local: DeployRequest["local"]) => void) | null;
}) {
  const t = useTranslations("deploys.changes");
  const name = useId();
  if (changes.length === 0) return null;
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-waiting p-4">
      <div>
        <h3 className="font-medium text-sm">{t("title", { count: changes.length, more: String(changesMore) })}</h3>
        <p className="text-muted-foreground text-xs">{t("hint")}</p>
      </div>
      <ul
        aria-label={t("list")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="flex max-h-40 flex-col gap-1 overflow-auto font-mono text-xs"
      >
        {changes.map(({ path, kind }) => (
          <li key={path} className="wrap-anywhere">
            {path} <span className="text-muted-foreground">({t(`kind.${kind}`)})</span>
          </li>
        ))}
      </ul>
      {onLocal ? (
        <fieldset className="flex flex-col gap-2 text-sm">
          <legend className="sr-only">{t("choice")}</legend>
          {(["keep", "discard"] as const).map((each) => (
            <label key={each} className="flex cursor-pointer items-start gap-2">
              <input
                type="radio"
                name={name}
                checked={local === each}
                onChange={() => onLocal(each)}
                className="mt-1 accent-accent-solid"
              />
              <span>
                {t(each)} <span className="text-muted-foreground text-xs">{t(`${each}Hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}
