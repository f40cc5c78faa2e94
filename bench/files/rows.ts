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

const memory = (key: string, label: string): FileRow => ({
  key,
  label: `${label}: memory above idle, web and worker`,
  unit: "MB",
  digits: 0,
  goal: { atMost: 60 },
});

/** Every row, in order. Times and memory: smaller is better. */
export const fileRows: readonly FileRow[] = [
  { key: "page upload", label: "1 GB uploaded through the page", unit: "s", digits: 2, peer: "cp" },
  { key: "page upload worker", label: "… memory of the worker above idle", unit: "MB", digits: 0 },
  { key: "page upload web", label: "… memory of the web above idle", unit: "MB", digits: 0 },
  { key: "api upload", label: "2 GB uploaded over the API", unit: "s", digits: 2, peer: "cp" },
  memory("api upload memory", "… meanwhile"),
  { key: "api download", label: "2 GB downloaded", unit: "s", digits: 2, peer: "cp" },
  memory("api download memory", "… meanwhile"),
  { key: "pack", label: "2 GB packed into a zip", unit: "s", digits: 1, peer: "gzip -3" },
  memory("pack memory", "… meanwhile"),
  { key: "extract", label: "… and extracted from it", unit: "s", digits: 1, peer: "gunzip" },
  memory("extract memory", "… meanwhile"),
  { key: "folder tar", label: "folder of 5,000 files downloaded as tar.gz", unit: "s", digits: 2, peer: "tar -cz" },
  { key: "folder zip", label: "… as zip", unit: "s", digits: 2, peer: "tar -cz" },
  { key: "search", label: "text searched in 50,000 files", unit: "s", digits: 2, peer: "grep -rnF" },
];
