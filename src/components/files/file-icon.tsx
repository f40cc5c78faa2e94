import {
  File,
  FileBraces,
  FileCode,
  FileCog,
  FileImage,
  FileKey,
  FileLock,
  FileText,
  Folder,
  FolderOpen,
  Link2,
  Plug,
} from "lucide-react";
import { holdsSecrets } from "#contracts/covered";
import type { FileKind } from "#contracts/files";
import { languageOf } from "./language";

/** What something is, at a glance; its words stand beside it. */
export function FileIcon({ name, kind, open = false }: { name: string; kind: FileKind; open?: boolean }) {
  const Icon =
    kind === "folder" ? (open ? FolderOpen : Folder) : kind === "link" ? Link2 : kind === "other" ? Plug : iconOf(name);
  return (
    <Icon aria-hidden className={`size-4 shrink-0 ${kind === "folder" ? "text-link" : "text-muted-foreground"}`} />
  );
}

function iconOf(name: string) {
  if (holdsSecrets(name)) return FileKey;
  if (/\.(png|jpe?g|gif|webp|svg|ico|avif|bmp)$/i.test(name)) return FileImage;
  if (/(^|[.-])lock(\.|b?$)|-lock\./i.test(name)) return FileLock;
  switch (languageOf(name)) {
    case "json":
      return FileBraces;
    case "markdown":
      return FileText;
    case "ini":
    case "yaml":
    case "xml":
    case "dockerfile":
      return FileCog;
    case "plaintext":
      return File;
    default:
      return FileCode;
  }
}
