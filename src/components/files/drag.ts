import { type DragEvent, useState } from "react";
import { useFiles } from "./context";
import { isWithin, parentOf } from "./paths";
import { useUploadDrop } from "./upload/use-uploads";

const KIND = "application/x-botyard-paths";

// A page may not read what is dragged before it is dropped, and a folder must not light up for what cannot go there.
let dragged: readonly string[] = [];

/** Moves things by dragging them onto a folder; with Ctrl held, copies them; uploads what comes from the desktop. `over`: the folder below the pointer. */
export function useDrag() {
  const { selection, select, actions, allows } = useFiles();
  const [over, setOver] = useState<string | null>(null);
  const upload = useUploadDrop();

  const source = (path: string | null) => ({
    draggable: path !== null && allows("file:move"),
    onDragStart: (event: DragEvent) => {
      if (path === null) return;
      dragged = selection.paths.has(path) ? [...selection.paths] : [path];
      if (!selection.paths.has(path)) select({ paths: new Set([path]), cursor: path, anchor: path });
      event.dataTransfer.setData(KIND, JSON.stringify(dragged));
      event.dataTransfer.effectAllowed = "copyMove";
    },
    onDragEnd: () => {
      dragged = [];
      setOver(null);
    },
  });

  const fits = (event: DragEvent, folder: string) =>
    event.dataTransfer.types.includes(KIND) &&
    dragged.some((path) => !isWithin(folder, path) && (event.ctrlKey || parentOf(path) !== folder));

  const target = (folder: string | null) =>
    folder === null
      ? {}
      : {
          onDragOver: (event: DragEvent) => {
            const comes = upload.fits(event);
            if (!comes && !fits(event, folder)) return;
            event.preventDefault();
            event.stopPropagation();
            event.dataTransfer.dropEffect = comes || event.ctrlKey ? "copy" : "move";
            setOver(folder);
          },
          onDragLeave: () => setOver((now) => (now === folder ? null : now)),
          onDrop: (event: DragEvent) => {
            const comes = upload.fits(event);
            if (!comes && !fits(event, folder)) return;
            event.preventDefault();
            event.stopPropagation();
            setOver(null);
            if (comes) upload.drop(event, folder);
            else void actions.put(dragged, folder, event.ctrlKey);
          },
        };

  return { over, source, target };
}
