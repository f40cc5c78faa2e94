import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useEffect, useState } from "react";
import { fromDrop, namesDropped } from "#client/dropped";
import { readFailure } from "#client/failure";
import { keys } from "#client/queries";
import { useFiles } from "../context";
import { recoverUploads, startUpload } from "./uploads";

/** Nobody answered, which ends by itself. */
const AWAY: readonly string[] = ["web_away", "worker_away", "database_away", "database_full", "too_many_tries"];
/** Until it is asked again, ms. */
const ASK_AGAIN_MS = 5_000;

const bringsFiles = ({ dataTransfer }: { dataTransfer: DataTransfer | null }) =>
  dataTransfer?.types.includes("Files") ?? false;

/** What dragging files from the desktop onto a folder takes: whether that is what is dragged, and what to do when it is dropped. */
export function useUploadDrop() {
  const { botId, allows } = useFiles();
  return {
    fits: (event: DragEvent) => bringsFiles(event) && allows("file:upload"),
    drop({ dataTransfer }: DragEvent, folder: string) {
      const [name, ...more] = namesDropped(dataTransfer);
      const goal = { botId, to: folder, mayOverwrite: allows("file:write") };
      startUpload(goal, fromDrop(dataTransfer), more.length === 0 ? name : undefined);
    },
  };
}

/** A place for files of the desktop: what its element needs, and whether they are above it now. What lies in it may take them first. */
export function useDropArea(folder: string) {
  const { fits, drop } = useUploadDrop();
  const [over, setOver] = useState(false);
  return {
    over,
    area: {
      // Unsaid again below, unless a folder in it takes the event.
      onDragOverCapture: () => setOver(false),
      onDragOver: (event: DragEvent) => {
        if (!fits(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      },
      onDropCapture: () => setOver(false),
      onDrop: (event: DragEvent) => {
        if (!fits(event)) return;
        event.preventDefault();
        drop(event, folder);
      },
    },
  };
}

/** For the Files tab as a whole: brings back what earlier pages did not finish, and keeps a file that misses its place from being opened. */
export function useUploads(botId: string, may: { upload: boolean; overwrite: boolean }): void {
  const { upload, overwrite } = may;
  useQuery({
    queryKey: keys.unfinishedUploads(botId),
    enabled: upload,
    staleTime: 0,
    // Asked until somebody answers: what is not brought back takes up room, and nobody sees it.
    retry: (_tries, error) => AWAY.includes(readFailure(error).code),
    retryDelay: ASK_AGAIN_MS,
    queryFn: async () => {
      await recoverUploads(botId, overwrite);
      return null;
    },
  });
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent) => {
      if (event.defaultPrevented || !bringsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    };
    document.addEventListener("dragover", refuse);
    document.addEventListener("drop", refuse);
    return () => {
      document.removeEventListener("dragover", refuse);
      document.removeEventListener("drop", refuse);
    };
  }, []);
}
