import { AppError } from "#contracts/errors";

/** A file in an archive, as its header tells of it. */
export type Member = {
  /** Looked at: it leads nowhere out. */
  path: string;
  /** What the header claims, bytes; what comes out is counted. */
  size: number;
  /** Whether it may be run. setuid and everything else that a mode says ends here. */
  runs: boolean;
};

/** Whether a mode says "may be run". */
export const takeMode = (mode: number): boolean => (mode & 0o111) !== 0;

/** What an archive's own library has against it, as a refusal; what the file system or we ourselves say stays as it is. */
export function asUnreadable(error: unknown): never {
  if (error instanceof AppError || (error instanceof Error && ("syscall" in error || error.name === "AbortError")))
    throw error;
  throw new AppError("archive_unreadable", { detail: error instanceof Error ? error.message.slice(0, 200) : "?" });
}
