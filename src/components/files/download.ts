import type { ArchiveFormat, Selection } from "#contracts/transfer";
import { nameOf, parentOf } from "./paths";

/*
 * Downloads are plain addresses that the browser fetches by itself: it shows how far they are, goes on with a part where it can, and the page
 * holds none of the bytes.
 */

/** The address of a file as it is. */
export const fileAddress = (botId: string, path: string): string =>
  `/api/v1/bots/${botId}/files/download?${new URLSearchParams({ path })}`;

/** The address of things of one folder, packed while they are sent. */
export function archiveAddress(botId: string, { folder, names }: Selection, format: ArchiveFormat): string {
  const parameters = new URLSearchParams({ folder, format });
  for (const name of names) parameters.append("names", name);
  return `/api/v1/bots/${botId}/files/archive?${parameters}`;
}

/** Longer addresses are not read, characters: what is around them in a request takes room too. */
const ADDRESS_LIMIT = 12_000;

/** Has the browser save what lies at an address; false when there is too much in it to ask for at once. */
export function save(address: string): boolean {
  if (address.length > ADDRESS_LIMIT) return false;
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
  return true;
}

/** Some paths as things of one folder, or the whole of `folder` when there are none; null when they lie in several folders. */
export function selectionOf(paths: readonly string[], folder: string): Selection | null {
  const [first] = paths;
  if (first === undefined) return { folder, names: [] };
  const above = parentOf(first);
  return paths.every((path) => parentOf(path) === above) ? { folder: above, names: paths.map(nameOf) } : null;
}

const ARCHIVE = /\.(zip|tar|tar\.gz|tgz|tar\.zst|tzst)$/i;

/** Whether a name is one of an archive that can be extracted here. */
export const isArchive = (name: string): boolean => ARCHIVE.test(name);

/** What an archive is called without its ending. */
export const stemOf = (name: string): string => name.replace(ARCHIVE, "");
