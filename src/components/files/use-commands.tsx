import {
  ClipboardPaste,
  Copy,
  Download,
  FileArchive,
  FilePlus2,
  FolderDown,
  FolderOpen,
  FolderPlus,
  History,
  Link2,
  type LucideIcon,
  PackageOpen,
  Pencil,
  Scissors,
  ShieldCheck,
  Trash2,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import type { ArchiveFormat } from "#contracts/transfer";
import type { Words } from "#contracts/words/en";
import { useCopy } from "../ui/use-copy";
import { useFiles } from "./context";
import { archiveAddress, fileAddress, isArchive, save, selectionOf } from "./download";
import { nameOf, parentOf } from "./paths";

/** Something that can be done with what is chosen right now. `ctrl` and `key`: by keyboard; `shortcut`: how that is written. */
export type Command = {
  name: keyof Words["files"]["do"];
  icon: LucideIcon;
  run: () => void;
  ctrl?: string;
  key?: string;
  shortcut?: string;
  destructive?: boolean;
  /** Begins a group of its own in a menu. */
  group?: boolean;
};

/** What the viewer may do with what is chosen; with nothing chosen, with the folder looked at. Menus, keys and buttons all ask here. */
export function useCommands(): readonly Command[] {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const { copy } = useCopy();
  const { botId, desk, selection, clipboard, setClipboard, ask, actions, allows, go, place } = useFiles();
  const paths = [...selection.paths];
  const [path] = paths;
  const one = paths.length === 1 && path !== undefined ? path : null;
  const entry = one === null ? undefined : desk.folders.entryOf(one);
  const folder = entry?.kind === "folder" ? one : null;
  const file = entry?.kind === "file" ? one : null;
  // New things go into the folder chosen, else beside what is chosen, else where one is.
  const target = folder ?? (one === null ? place.folder : parentOf(one));

  const keep = (cut: boolean) => {
    setClipboard({ paths, cut });
    toast(t("noted", { count: paths.length, name: nameOf(paths[0] ?? "") }));
  };
  const paste = () => {
    if (!clipboard) return;
    if (clipboard.cut) setClipboard(null);
    void actions.put(clipboard.paths, target, !clipboard.cut);
  };

  const selected = selectionOf(paths, place.folder);
  const download = (address: string) => {
    if (!save(address)) toast.error(t("tooManyToDownload"));
  };
  const packed = (name: "downloadZip" | "downloadTar", format: ArchiveFormat, group: boolean): Command | false =>
    selected !== null &&
    allows("file:download") && {
      name,
      icon: FolderDown,
      run: () => download(archiveAddress(botId, selected, format)),
      group,
    };
  const downloads: (Command | false)[] =
    file === null
      ? [packed("downloadZip", "zip", true), packed("downloadTar", "tar.gz", false)]
      : [
          allows("file:download") && {
            name: "download",
            icon: Download,
            run: () => download(fileAddress(botId, file)),
            group: true,
          },
        ];

  const commands: (Command | false)[] = [
    one !== null &&
      (folder !== null || (file !== null && allows("file:read"))) && {
        name: "open",
        icon: FolderOpen,
        run: () => (folder === null ? go({ file: one, folder: parentOf(one) }) : go({ folder, file: null })),
        shortcut: "↵",
      },
    file !== null &&
      allows("file:read") && {
        name: "history",
        icon: History,
        run: () => {
          go({ file, folder: parentOf(file) });
          ask({ what: "history", path: file });
        },
      },
    ...downloads,
    selected !== null &&
      allows("file:archive") && { name: "pack", icon: FileArchive, run: () => ask({ what: "pack", paths }) },
    file !== null &&
      isArchive(file) &&
      allows("file:archive") && {
        name: "extract",
        icon: PackageOpen,
        run: () => ask({ what: "extract", path: file }),
      },
    allows("file:create") && {
      name: "newFile",
      icon: FilePlus2,
      run: () => ask({ what: "newFile", folder: target }),
      group: true,
    },
    allows("file:create") && {
      name: "newFolder",
      icon: FolderPlus,
      run: () => ask({ what: "newFolder", folder: target }),
    },
    paths.length > 0 &&
      allows("file:read") &&
      allows("file:create") && {
        name: "copy",
        icon: Copy,
        run: () => keep(false),
        ctrl: "c",
        shortcut: "Ctrl C",
        group: true,
      },
    paths.length > 0 &&
      allows("file:move") && { name: "cut", icon: Scissors, run: () => keep(true), ctrl: "x", shortcut: "Ctrl X" },
    clipboard !== null && { name: "paste", icon: ClipboardPaste, run: paste, ctrl: "v", shortcut: "Ctrl V" },
    one !== null && {
      name: "copyPath",
      icon: Link2,
      run: () =>
        void copy(one).then(
          () => toast.success(t("pathCopied")),
          () => toast.error(common("copyFailed")),
        ),
    },
    one !== null &&
      allows("file:move") && {
        name: "rename",
        icon: Pencil,
        run: () => ask({ what: "rename", path: one }),
        key: "F2",
        shortcut: "F2",
        group: true,
      },
    one !== null &&
      entry?.kind !== "link" &&
      allows("file:chmod") && { name: "mode", icon: ShieldCheck, run: () => ask({ what: "mode", path: one }) },
    paths.length > 0 &&
      allows("file:delete") && {
        name: "delete",
        icon: Trash2,
        run: () => void actions.remove(paths, allows("file:create")),
        key: "Delete",
        shortcut: "Del",
        destructive: true,
        group: true,
      },
  ];
  return commands.filter((command) => command !== false);
}
