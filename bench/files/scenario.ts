import type { FilesPanel } from "./panel";
import type { Side } from "./rows";

/** How much is moved. Rows are named by the whole of it; a quick run says of itself that it is none. */
export type Size = {
  pageBytes: number;
  bytes: number;
  folderFiles: number;
  searchFiles: number;
  sftpBytes: number;
  sftpFiles: number;
  rounds: number;
};

/** What a scenario works with. */
export type Work = {
  panel: FilesPanel;
  size: Size;
  /** A folder of the bench's own on the same file system as the bot's files. */
  folder: string;
  /** Counts from 0; the sides take turns in beginning. */
  round: number;
  put: (row: string, side: Side, value: number) => void;
  /** Says once what the run could not do. */
  note: (text: string) => void;
};

/** How long something takes, s. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1_000;
}

/** Both sides of a row, another one first each round. */
export async function bySide(
  { round, put }: Pick<Work, "round" | "put">,
  row: string,
  sides: Readonly<Record<Side, () => Promise<unknown>>>,
): Promise<void> {
  const order: readonly Side[] = round % 2 === 0 ? ["botyard", "peer"] : ["peer", "botyard"];
  for (const side of order) put(row, side, await timed(sides[side]));
}
