"use client";

import { CloudOff, FolderOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import { useFiles } from "./context";
import { parentOf } from "./paths";
import { UploadButton } from "./upload/upload-button";

/** Before the first rows are here. */
export function FolderWaiting() {
  const t = useTranslations("files");
  return (
    <div role="status" aria-label={t("loading")} className="flex flex-col gap-3 p-4">
      {["w-2/5", "w-1/3", "w-1/2", "w-1/4", "w-3/5"].map((width) => (
        <Skeleton key={width} className={`h-5 ${width}`} />
      ))}
    </div>
  );
}

/** Why a folder cannot be shown, and the way out of it. */
export function FolderFailed({ failure, path }: { failure: unknown; path: string }) {
  const t = useTranslations("files");
  const say = useFailureText();
  const { desk, go } = useFiles();
  return (
    <EmptyState
      className="m-4 border-0"
      role="alert"
      icon={<CloudOff aria-hidden />}
      title={t("failed")}
      description={say(failure)}
    >
      <div className="flex gap-2">
        <Button size="sm" variant="outline" onClick={() => void desk.folders.again(path)}>
          {t("again")}
        </Button>
        {path === "" ? null : (
          <Button size="sm" variant="outline" onClick={() => go({ folder: parentOf(path), file: null })}>
            {t("do.up")}
          </Button>
        )}
      </div>
    </EmptyState>
  );
}

/** Nothing lies here: what could. */
export function FolderEmpty() {
  const t = useTranslations("files");
  const { place, allows, ask, clipboard, actions, setClipboard } = useFiles();
  const writes = allows("file:create");
  const { folder } = place;
  return (
    <EmptyState
      className="m-4 border-0"
      icon={<FolderOpen aria-hidden />}
      title={t("empty.title")}
      description={t(writes ? (folder === "" ? "empty.root" : "empty.folder") : "empty.readOnly")}
    >
      {writes ? (
        <div className="flex flex-wrap justify-center gap-2">
          <Button size="sm" onClick={() => ask({ what: "newFile", folder })}>
            {t("do.newFile")}
          </Button>
          <Button size="sm" variant="outline" onClick={() => ask({ what: "newFolder", folder })}>
            {t("do.newFolder")}
          </Button>
          <UploadButton folder={folder} />
          {clipboard ? (
            <Button
              size="sm"
              variant="outline"
              onClick={() => {
                if (clipboard.cut) setClipboard(null);
                void actions.put(clipboard.paths, folder, !clipboard.cut);
              }}
            >
              {t("do.paste")}
            </Button>
          ) : null}
        </div>
      ) : null}
    </EmptyState>
  );
}
