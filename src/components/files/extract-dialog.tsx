"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { client } from "#client/api";
import { bytes } from "#client/format";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { OnConflict } from "#contracts/files";
import type { ArchivePreview } from "#contracts/transfer";
import { useManner } from "../live/time";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { Skeleton } from "../ui/skeleton";
import { ChoiceGroup } from "./choice-group";
import { useFiles } from "./context";
import { watchTransfer } from "./dock/watch";
import { stemOf } from "./download";
import { join, nameOf, parentOf } from "./paths";
import { sizeOf } from "./size";

/** What an archive would write is looked at so long after the last letter of the folder was typed, ms. */
const REST_MS = 600;

/** Extracts an archive into a folder, once it is seen what that would write. */
export function ExtractDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const t = useTranslations("files.extract");
  const say = useFailureText();
  const { botId, allows } = useFiles();
  const [to, setTo] = useState(() => join(parentOf(path), stemOf(nameOf(path))));
  const [looked, setLooked] = useState(to);
  const [conflict, setConflict] = useState<OnConflict>("keepBoth");
  const [wrong, setWrong] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: keys.preview(botId, path, looked),
    queryFn: () => client.transfers.preview({ botId, path, to: looked }),
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
  });
  useEffect(() => {
    const timer = setTimeout(() => setLooked(to.replace(/^\/+|\/+$/g, "")), REST_MS);
    return () => clearTimeout(timer);
  }, [to]);
  const name = nameOf(path);
  const failure = wrong ?? (error ? say(error) : null);
  async function submit() {
    const target = to.replace(/^\/+|\/+$/g, "");
    const how = data?.taken == null ? "refuse" : conflict;
    const begun = await client.transfers.extract({ botId, path, to: target, conflict: how });
    void watchTransfer(botId, begun, { name, files: data?.files ?? 0 });
    onClose();
  }
  return (
    <FormDialog
      title={t("title", { name })}
      intro={t("intro")}
      action={t("submit")}
      ready={data !== undefined && error === null}
      className="max-w-2xl"
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <Field label={t("to")} help={t("toHelp")}>
        {(control) => (
          <CodeInput
            {...control}
            value={to}
            onChange={(event) => {
              setTo(event.target.value);
              setWrong(null);
            }}
          />
        )}
      </Field>
      {failure ? (
        <p role="alert" className="text-danger text-sm wrap-anywhere">
          {failure}
        </p>
      ) : data ? (
        <Preview preview={data} />
      ) : (
        <div role="status" aria-label={t("reading")} className="flex flex-col gap-2">
          <p className="text-muted-foreground text-sm">{t("reading")}</p>
          <Skeleton className="h-20 w-full" />
        </div>
      )}
      {data?.taken != null && !error ? (
        <ChoiceGroup
          legend={t("taken", { path: data.taken })}
          choices={(["keepBoth", "overwrite", "skip"] as const)
            .filter((how) => how !== "overwrite" || allows("file:write"))
            .map((value) => ({ value, label: t(value) }))}
          chosen={conflict}
          onChoose={setConflict}
        />
      ) : null}
    </FormDialog>
  );
}

/** What would be written. */
function Preview({ preview }: { preview: ArchivePreview }) {
  const t = useTranslations("files.extract");
  const { locale } = useManner();
  const { entries, files, folders } = preview;
  return (
    <div className="flex min-w-0 flex-col gap-2 text-sm">
      <p role="status">{t("sum", { files, folders, size: bytes(preview.bytes, locale) })}</p>
      <section
        aria-label={t("list")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-48 overflow-y-auto rounded-lg border border-border bg-field outline-none focus-visible:ring-2 focus-visible:ring-ring"
      >
        <ul className="font-mono text-xs">
          {entries.map(({ path, size }) => (
            <li key={path} className="flex gap-3 px-3 py-1">
              <span className="min-w-0 flex-1 truncate" title={path}>
                {path}
              </span>
              <span className="shrink-0 text-muted-foreground">{sizeOf(size, locale)}</span>
            </li>
          ))}
        </ul>
      </section>
      {files > entries.length ? (
        <p className="text-muted-foreground text-xs">{t("more", { count: files - entries.length })}</p>
      ) : null}
    </div>
  );
}
