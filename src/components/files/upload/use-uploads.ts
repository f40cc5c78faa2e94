import { type DragEvent, useEffect, useState } from "react";
import { fromDrop, namesDropped } from "#client/dropped";
import { useFiles } from "../context";
import { recoverUploads, startUpload } from "./uploads";

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
  useEffect(() => {
    if (upload) void recoverUploads(botId, overwrite).catch(() => undefined);
  }, [botId, upload, overwrite]);
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
