import type { SftpReport } from "#contracts/sftp";
import type { Closer } from "./closer";

/** A bot's files for SFTP clients. */
export interface Sftp {
  /** Asks the web whether those who are connected still may be, all or one person's, and ends who may not. */
  check(userId?: string): Promise<void>;
  report(): SftpReport;
  close: Closer;
}
