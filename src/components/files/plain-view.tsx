"use client";

import { Download, FileWarning, PackageOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { bytes } from "#client/format";
import { EDIT_BYTES, type FileContent, PEEK_BYTES } from "#contracts/files";
import { useManner } from "../live/time";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { useFiles } from "./context";
import { fileAddress, isArchive } from "./download";
import { nameOf } from "./paths";
import { peek } from "./peek";
import { sizeOf } from "./size";
import { TextPane } from "./text-pane";

/** A file that the editor does not open: why, and a look at a part of it. */
export function PlainView({ content }: { content: FileContent }) {
  const t = useTranslations("files.plain");
  const { locale } = useManner();
  const { botId, allows, actions, ask } = useFiles();
  const [part, setPart] = useState<{ end: "head" | "tail"; text: string } | null>(null);
  const [pending, setPending] = useState<"head" | "tail" | null>(null);
  const why = content.why ?? "binary";
  const name = nameOf(content.path);
  const size = sizeOf(content.size, locale);

  const look = async (end: "head" | "tail") => {
    setPending(end);
    try {
      setPart({ end, text: await peek(botId, content.path, end) });
    } catch (error) {
      actions.failed(error);
    } finally {
      setPending(null);
    }
  };
  const looks = (["head", "tail"] as const).map((end) => (
    <Button
      key={end}
      size="sm"
      variant={part?.end === end ? "secondary" : "outline"}
      pending={pending === end}
      onClick={() => void look(end)}
    >
      {t(end)}
    </Button>
  ));
  if (part) {
    return (
      <TextPane label={t("label", { name })} text={part.text}>
        <span className="flex-1">
          {t(`${part.end}Of`, { size: bytes(Math.min(PEEK_BYTES, content.size), locale) })}
        </span>
        {looks}
        <Button size="sm" variant="ghost" onClick={() => setPart(null)}>
          {t("hide")}
        </Button>
      </TextPane>
    );
  }
  return (
    <EmptyState
      className="m-4 border-0"
      icon={<FileWarning aria-hidden />}
      title={t(why)}
      description={t(`${why}Hint`, { name, size, limit: bytes(EDIT_BYTES, locale) })}
    >
      <div className="flex flex-wrap justify-center gap-2">
        {allows("file:download") ? (
          <Button size="sm" asChild>
            <a href={fileAddress(botId, content.path)} download>
              <Download aria-hidden />
              {t("download")}
            </a>
          </Button>
        ) : null}
        {isArchive(name) && allows("file:archive") ? (
          <Button size="sm" variant="outline" onClick={() => ask({ what: "extract", path: content.path })}>
            <PackageOpen aria-hidden />
            {t("extract")}
          </Button>
        ) : null}
        {allows("file:download") ? looks : null}
      </div>
    </EmptyState>
  );
}
