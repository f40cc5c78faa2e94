"use client";

import { Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import type { MissedEntry } from "#client/live/log-buffer";
import { Button } from "../ui/button";

/** A place where lines are missing, said openly; they are on the server's disk and come at a click. */
export const MissedRow = memo(function MissedRow({
  missed,
  onFill,
}: {
  missed: MissedEntry;
  onFill: (missed: MissedEntry) => Promise<void>;
}) {
  const t = useTranslations("console.missed");
  const [loading, setLoading] = useState(false);
  return (
    <div className="my-1 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-waiting border-y border-dashed bg-waiting-soft px-3 py-1.5 font-sans text-waiting text-xs">
      <span className="flex items-center gap-1.5">
        <Unlink className="size-3.5 shrink-0" aria-hidden />
        {missed.gone ? t("gone") : t("count", { count: missed.count ?? 0 })}
      </span>
      {missed.gone ? null : (
        <Button
          size="xs"
          variant="outline"
          pending={loading}
          onClick={() => {
            setLoading(true);
            void onFill(missed).finally(() => setLoading(false));
          }}
        >
          {t(loading ? "loading" : "load")}
        </Button>
      )}
    </div>
  );
});
