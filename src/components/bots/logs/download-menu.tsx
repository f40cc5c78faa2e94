"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { useManner } from "../../live/time";
import { Button } from "../../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../../ui/dropdown-menu";
import { type LogAddress, sinceOf } from "./address";

/** The log as a file: the stretch of time that is chosen, one run, or all; plain or packed. */
export function DownloadMenu({ botId, address }: { botId: string; address: LogAddress }) {
  const t = useTranslations("logs.download");
  const { timeZone } = useManner();
  const run = address.run ?? address.at?.run ?? null;
  const ranged = address.since !== null || address.until !== null;

  function links() {
    const since = sinceOf(address, Date.now(), timeZone);
    const range = { since, until: address.until ?? undefined, run: address.run ?? undefined };
    return [
      ...(ranged ? [{ name: t("range"), query: range }] : []),
      ...(run === null ? [] : [{ name: t("run", { run }), query: { run } }]),
      { name: t("all"), query: {} },
    ];
  }
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="xs" variant="outline">
          <Download aria-hidden />
          <span className="max-sm:sr-only">{t("label")}</span>
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {[false, true].map((gzip) => (
          <Fragment key={String(gzip)}>
            {gzip ? <DropdownMenuSeparator /> : null}
            <DropdownMenuLabel>{t(gzip ? "gzip" : "plain")}</DropdownMenuLabel>
            {links().map(({ name, query }) => (
              <DropdownMenuItem key={name} asChild>
                <a href={fileAddress(botId, { ...query, ...(gzip ? { gzip } : {}) })} download>
                  {name}
                </a>
              </DropdownMenuItem>
            ))}
          </Fragment>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function fileAddress(botId: string, query: { since?: number; until?: number; run?: number; gzip?: boolean }): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return `/api/v1/bots/${botId}/log/file?${parameters}`;
}
