import { thousands } from "../report/rows";
import type { Size } from "./scenario";

/** What one column of the table stands for. */
export type Side = "botyard" | "peer";

export type FileRow = {
  key: string;
  label: string;
  unit: string;
  digits: number;
  /** What it stands beside; absent for what no program of the system does. */
  peer?: string;
  /** What Botyard is to reach: at least a share of the peer's speed, or at most a number. */
  goal?: { shareOfSpeed: number } | { atMost: number };
};

const memory = (key: string): FileRow => ({
  key,
  label: "… memory of web and worker above idle",
  unit: "MB",
  digits: 0,
  goal: { atMost: 60 },
});

const sftp = (key: string, label: string, shareOfSpeed: number): FileRow => ({
  key,
  label,
  unit: "s",
  digits: 2,
  peer: "sshd",
  goal: { shareOfSpeed },
});

/** Every row, in order. Times and memory: smaller is better. */
export function rowsOf({ pageBytes, bytes, folderFiles, searchFiles, sftpBytes, sftpFiles }: Size): readonly FileRow[] {
  const size = showBytes(bytes);
  return [
    {
      key: "page upload",
      label: `${showBytes(pageBytes)} uploaded through the page`,
      unit: "s",
      digits: 2,
      peer: "cp",
    },
    { key: "page upload worker", label: "… memory of the worker above idle", unit: "MB", digits: 0 },
    { key: "page upload web", label: "… memory of the web above idle", unit: "MB", digits: 0 },
    { key: "api upload", label: `${size} uploaded over the API`, unit: "s", digits: 2, peer: "cp" },
    memory("api upload memory"),
    { key: "api download", label: `${size} downloaded`, unit: "s", digits: 2, peer: "cp" },
    memory("api download memory"),
    { key: "pack", label: `${size} packed into a zip`, unit: "s", digits: 1, peer: "gzip -3" },
    memory("pack memory"),
    { key: "extract", label: `${size} extracted from a zip`, unit: "s", digits: 1, peer: "gunzip" },
    memory("extract memory"),
    {
      key: "folder tar",
      label: `folder of ${thousands(folderFiles)} files downloaded as tar.gz`,
      unit: "s",
      digits: 2,
      peer: "tar -cz",
    },
    { key: "folder zip", label: "… as zip", unit: "s", digits: 2, peer: "tar -cz" },
    {
      key: "search",
      label: `text searched in ${thousands(searchFiles)} files`,
      unit: "s",
      digits: 2,
      peer: "grep -rnF",
    },
    sftp("sftp up", `${showBytes(sftpBytes)} put over SFTP`, 0.5),
    sftp("sftp down", "… got", 0.5),
    sftp("sftp small up", `${thousands(sftpFiles)} files of 2 kB put over SFTP`, 0.7),
    sftp("sftp small down", "… got", 0.7),
  ];
}

const showBytes = (bytes: number): string =>
  bytes < 1024 ** 3 ? `${bytes / 1024 ** 2} MB` : `${bytes / 1024 ** 3} GB`;
