"use client";

import { CloudOff, Database, LoaderCircle, PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#client/class-names";
import { useConnection } from "./provider";

/** Says when the live connection is lost, and who is away. Silent when all is well; read out by screen readers. */
export function LiveBanner() {
  const t = useTranslations("live");
  const connection = useConnection();
  const lost = connection.state === "lost" ? connection.cause : null;
  const database = connection.state === "connected" && connection.node?.database === false;
  const Icon = database
    ? Database
    : lost === "worker" || lost === "web"
      ? CloudOff
      : lost === "refused"
        ? PlugZap
        : LoaderCircle;
  return (
    <div aria-live="polite" role="status" data-connection={connection.state} data-cause={lost ?? undefined}>
      {lost || database ? (
        <p
          className={cn(
            "flex items-center justify-center gap-2 border-b px-4 py-2 text-center text-sm",
            lost === "refused"
              ? "border-danger/40 bg-danger-soft text-danger"
              : "border-waiting/40 bg-waiting-soft text-waiting",
          )}
        >
          <Icon className={cn("size-4 shrink-0", lost === "unknown" && "animate-spin")} aria-hidden />
          <span>{database ? t("database") : lost === "unknown" ? t("lost") : lost ? t(lost) : null}</span>
        </p>
      ) : null}
    </div>
  );
}
