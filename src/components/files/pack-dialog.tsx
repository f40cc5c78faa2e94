"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { type ArchiveFormat, archiveFormat } from "#contracts/transfer";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { CodeInput } from "../ui/input";
import { ChoiceGroup } from "./choice-group";
import { useFiles } from "./context";
import { watchTransfer } from "./dock/watch";
import { selectionOf } from "./download";
import { join, nameFault, nameOf } from "./paths";

/** Packs things of one folder into an archive beside them. */
export function PackDialog({ paths, onClose }: { paths: readonly string[]; onClose: () => void }) {
  const t = useTranslations("files");
  const { botId, desk, place } = useFiles();
  const selection = selectionOf(paths, place.folder) ?? { folder: "", names: [] };
  const [stem, setStem] = useState(
    nameOf(selection.names.length === 1 ? (paths[0] ?? "") : selection.folder) || "files",
  );
  const [format, setFormat] = useState<ArchiveFormat>("zip");
  const { data } = useQuery({
    queryKey: keys.formats(botId),
    queryFn: () => client.transfers.formats({ botId }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit() {
    const fault = nameFault(stem, false);
    if (fault) return setWrong(t(`nameWrong.${fault}`));
    const name = `${stem}.${format}`;
    const path = join(selection.folder, name);
    if (desk.folders.entryOf(path)) return setWrong(t("pack.taken", { name }));
    void watchTransfer(botId, await client.transfers.pack({ botId, selection, format, path }), { name });
    onClose();
  }
  return (
    <FormDialog
      title={t("pack.title", { count: paths.length, name: nameOf(paths[0] ?? "") })}
      intro={t("pack.intro", { folder: selection.folder === "" ? t("rootName") : nameOf(selection.folder) })}
      action={t("pack.submit")}
      onSubmit={submit}
      onFailed={setWrong}
      onClose={onClose}
    >
      <Field label={t("pack.label")} error={wrong} required>
        {(control) => (
          <CodeInput
            {...control}
            autoFocus
            value={stem}
            onChange={(event) => {
              setStem(event.target.value);
              setWrong(null);
            }}
          />
        )}
      </Field>
      <ChoiceGroup
        legend={t("pack.format")}
        choices={(data?.formats ?? EVERYWHERE).map((value) => ({
          value,
          label: t(`pack.formats.${formatWord[value]}`),
        }))}
        chosen={format}
        onChoose={setFormat}
      />
    </FormDialog>
  );
}

// A key of the catalogue has no dot.
const formatWord = { zip: "zip", "tar.gz": "tarGz", "tar.zst": "tarZst", tar: "tar" } as const;

/** What every server packs into. */
const EVERYWHERE: readonly ArchiveFormat[] = archiveFormat.options.filter((format) => format !== "tar.zst");
