import { AppError } from "#contracts/errors";
import { codeOf } from "./open";
import { showPath, unsafe } from "./path";

/** What the disk may say to anybody at any time. */
const DISK = [
  "EACCES",
  "EPERM",
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EIO",
  "EFBIG",
  "EBUSY",
  "EMFILE",
  "ENFILE",
  "ESTALE",
  "EXDEV",
  "EMLINK",
  // A program that runs now is not written to.
  "ETXTBSY",
];

/** Does something to what lies at a client's path; what the file system says against it becomes an AppError. */
export async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, path);
  }
}

/** What the file system says against something at a path, as an AppError; any other error as it is. */
export function refusalOf(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const shown = { path: showPath(path) };
  // The bot itself may take away, put or swap things at any moment.
  if (code === "ENOENT") return new AppError("file_missing", shown);
  if (code === "ENOTDIR" || code === "ELOOP") return new AppError("file_not_folder", shown);
  if (code === "EISDIR") return new AppError("file_is_folder", shown);
  if (code === "EEXIST" || code === "ENOTEMPTY") return new AppError("file_exists", shown);
  if (code === "ENAMETOOLONG") return unsafe(path, "long");
  return refusalOfDisk(error, path) ?? error;
}

/** What only the disk has against something, as an AppError; undefined for everything else. */
export function refusalOfDisk(error: unknown, path: string): AppError | undefined {
  const detail = codeOf(error);
  return DISK.includes(detail) ? new AppError("disk_unwritable", { path: showPath(path), detail }) : undefined;
}
