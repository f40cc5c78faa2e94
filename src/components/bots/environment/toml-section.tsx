"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileCog } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { Ago } from "../../live/time";
import { Button } from "../../ui/button";
import { useThisBot } from "../bot/this-bot";
import { RestartHint } from "../restart-hint";
import { TomlEditor } from "./toml-editor";

/** Where bots keep what people set: their own folder, and these in it. */
const FOLDERS = ["config", "data"];
/** TOML files of tools, which no bot reads. */
const TOOLS =
  /^(pyproject|uv|ruff|bunfig|fly|netlify|rustfmt|cargo|mise|railway|nixpacks|wrangler|taplo|poetry)\.toml$/i;

type ConfigFile = { path: string; changedAt: number };

/** The TOML files of a bot, each with an editor. Nothing at all where there is none. */
export function TomlSection() {
  const t = useTranslations("environment.toml");
  const queries = useQueryClient();
  const { view, live, allows } = useThisBot();
  const [open, setOpen] = useState<string | null>(null);
  const queryKey = [...keys.bot(view.id), "files", "toml"];
  const { data: files = [] } = useQuery({
    queryKey,
    queryFn: () => findFiles(view.id),
    enabled: allows("file:list") && allows("file:read"),
  });
  if (files.length === 0) return null;
  const status = live?.status;
  const since = status?.state === "running" || status?.state === "starting" ? status.since : Number.POSITIVE_INFINITY;
  const newer = files.find(({ changedAt }) => changedAt > since);
  return (
    <section aria-labelledby="toml-title" className="flex flex-col gap-3">
      <div>
        <h2 id="toml-title" className="font-semibold text-lg">
          {t("title")}
        </h2>
        <p className="text-muted-foreground text-sm">{t("intro")}</p>
      </div>
      {newer ? <RestartHint words={t("restartNeeded", { path: newer.path })} /> : null}
      {files.map(({ path, changedAt }) => (
        <div key={path} className="overflow-hidden rounded-xl border border-border bg-card" data-toml={path}>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm">
            <FileCog className="size-4 shrink-0 text-link" aria-hidden />
            <span className="wrap-anywhere min-w-0 flex-1 font-mono">{path}</span>
            <span className="text-muted-foreground text-xs max-sm:hidden">
              <Ago at={changedAt} />
            </span>
            <Button
              size="sm"
              variant="outline"
              aria-expanded={open === path}
              aria-label={t(open === path ? "closeLabel" : "editLabel", { path })}
              onClick={() => setOpen(open === path ? null : path)}
            >
              {t(open === path ? "close" : "edit")}
            </Button>
          </div>
          {open === path ? (
            <TomlEditor path={path} onSaved={() => void queries.invalidateQueries({ queryKey })} />
          ) : null}
        </div>
      ))}
    </section>
  );
}

async function findFiles(botId: string): Promise<ConfigFile[]> {
  const list = async (path: string) => (await client.files.list({ botId, path, limit: 1_000 })).entries;
  const top = await list("");
  const folders = top.filter(({ kind, name }) => kind === "folder" && FOLDERS.includes(name)).map(({ name }) => name);
  const inner = await Promise.all(
    folders.map(async (folder) => (await list(folder)).map((one) => ({ ...one, name: `${folder}/${one.name}` }))),
  );
  return [...top, ...inner.flat()]
    .filter(({ kind, name, unnamable }) => kind === "file" && !unnamable && /\.toml$/i.test(name) && !TOOLS.test(name))
    .map(({ name, changedAt }) => ({ path: name, changedAt }));
}
