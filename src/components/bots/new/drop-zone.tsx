"use client";

import { UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ChangeEvent, type DragEvent, useRef, useState } from "react";
import { cn } from "#client/class-names";
import { Button } from "../../ui/button";
import { fromDrop, fromInput, type Picked } from "./picked-files";

/** Where files are dropped or chosen. */
export function DropZone({ onPicked }: { onPicked: (picked: Picked) => void }) {
  const t = useTranslations("newBot.upload");
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement | null>(null);

  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const list = event.target.files;
    if (list?.length) onPicked(fromInput(list));
    // The same file may be chosen again after it was changed.
    event.target.value = "";
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void fromDrop(event.dataTransfer).then(onPicked);
  };
  return (
    // Dropping has no keyboard form: the two buttons inside are its equal.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className={cn(
        "flex flex-col items-center gap-4 rounded-xl border border-border-strong border-dashed px-6 py-12 text-center transition-colors",
        over && "border-accent-line bg-accent-soft",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <UploadCloud className="size-8 text-link" aria-hidden />
      <div className="flex flex-col gap-1">
        <p className="font-medium">{t(over ? "dropNow" : "drop")}</p>
        <p className="text-muted-foreground text-sm">{t("hint")}</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button variant="outline" onClick={() => files.current?.click()}>
          {t("pickFiles")}
        </Button>
        <Button variant="outline" onClick={() => folder.current?.click()}>
          {t("pickFolder")}
        </Button>
      </div>
      <input ref={files} type="file" multiple hidden aria-label={t("pickFiles")} onChange={take} />
      <input
        ref={(input) => {
          folder.current = input;
          // React's types do not know this attribute, every browser does.
          input?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        hidden
        aria-label={t("pickFolder")}
        onChange={take}
      />
    </div>
  );
}
