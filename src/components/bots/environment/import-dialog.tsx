"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { EnvPreview, EnvSource } from "#contracts/env-file";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "../../ui/dialog";
import { ImportPreview, type Taken } from "./import-preview";
import { ImportSource } from "./import-source";

/** A `.env` becomes variables: first what it says, then what it does, then as much of it as somebody wants. */
export function ImportDialog({
  botId,
  onDone,
  onClose,
}: {
  botId: string;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const t = useTranslations("environment.importFile");
  const say = useFailureText();
  const [source, setSource] = useState<EnvSource>({});
  const [preview, setPreview] = useState<EnvPreview | null>(null);
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<string | undefined>();

  async function look(asked: EnvSource) {
    setPending(true);
    setWrong(undefined);
    setSource(asked);
    try {
      setPreview(await client.env.preview({ botId, ...asked }));
    } catch (error) {
      setWrong(say(error));
    } finally {
      setPending(false);
    }
  }
  async function save(take: Taken[]) {
    if (!preview) return;
    setPending(true);
    setWrong(undefined);
    try {
      const { revision, etag } = preview;
      const { set } = await client.env.import({ botId, ...source, revision, ...(etag !== null && { etag }), take });
      await onDone();
      toast.success(t("done", { count: set.length }));
      onClose();
    } catch (error) {
      setWrong(say(error));
      setPending(false);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())}>
      <DialogContent className="max-w-3xl">
        <DialogHeader>
          <DialogTitle>{t("title")}</DialogTitle>
          <DialogDescription>
            {preview ? t("found", { count: preview.lines.filter(({ key }) => key !== "").length }) : t("intro")}
          </DialogDescription>
        </DialogHeader>
        {preview ? (
          <ImportPreview
            key={`${preview.revision}/${preview.etag}`}
            lines={preview.lines}
            pending={pending}
            wrong={wrong}
            onSave={(take) => void save(take)}
            onBack={() => {
              setPreview(null);
              setWrong(undefined);
            }}
          />
        ) : (
          <ImportSource
            botId={botId}
            text={source.text ?? ""}
            pending={pending}
            wrong={wrong}
            onWrong={setWrong}
            onText={(text) => setSource({ text })}
            onLook={(asked) => void look(asked)}
            onClose={onClose}
          />
        )}
      </DialogContent>
    </Dialog>
  );
}
