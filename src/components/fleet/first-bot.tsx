"use client";

import { FlaskConical, FolderOpen, GitBranch, LayoutTemplate, Upload } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

const ways = [
  { from: "template", icon: LayoutTemplate, title: "fromTemplate", help: "fromTemplateHelp" },
  { from: "git", icon: GitBranch, title: "fromGit", help: "fromGitHelp" },
  { from: "upload", icon: Upload, title: "fromUpload", help: "fromUploadHelp" },
  { from: "folder", icon: FolderOpen, title: "fromFolder", help: "fromFolderHelp" },
] as const;

/** What a fleet without bots shows: the ways to the first one. */
export function FirstBot({ admin }: { admin: boolean }) {
  const t = useTranslations("fleet");
  return (
    <section className="mx-auto flex max-w-3xl flex-col items-center gap-6 py-6 text-center sm:py-12">
      <div>
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">{t("emptyTitle")}</h1>
        <p className="mt-2 text-muted-foreground">{t("emptyDescription")}</p>
      </div>
      <ul className="grid w-full gap-3 sm:grid-cols-2">
        {ways
          .filter(({ from }) => from !== "folder" || admin)
          .map(({ from, icon: Icon, title, help }) => (
            <li key={from}>
              <Link
                href={`/bots/new?from=${from}`}
                className="flex h-full items-start gap-4 rounded-xl border border-border bg-card p-5 text-left outline-none transition-colors hover:border-accent-line focus-visible:ring-2 focus-visible:ring-ring"
              >
                <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-link">
                  <Icon className="size-5" aria-hidden />
                </span>
                <span>
                  <span className="block font-semibold">{t(title)}</span>
                  <span className="block text-muted-foreground text-sm">{t(help)}</span>
                </span>
              </Link>
            </li>
          ))}
      </ul>
      <p className="flex flex-wrap items-center justify-center gap-3 text-muted-foreground text-sm">
        {t("noTokenYet")}
        <Button asChild variant="outline">
          <Link href="/bots/new?from=demo">
            <FlaskConical aria-hidden />
            {t("tryDemo")}
          </Link>
        </Button>
      </p>
    </section>
  );
}
