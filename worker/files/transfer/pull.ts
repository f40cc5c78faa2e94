import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { OnConflict } from "#contracts/files";
import type { PullRequest, TransferStatus, TransferView } from "#contracts/transfer";
import { allowedNetworks } from "../../imports/address";
import type { BegunBy } from "../../ports/index";
import type { BotFiles } from "../bot";
import { newPartsOf, partsOf, showPath, unsafe } from "../path";
import type { Works } from "./begin";
import { type Fetched, fetchFile } from "./fetch";
import { nameInAddress, nameInDisposition } from "./file-name";
import { placeKept } from "./finish";
import { assertSeen, assertTarget, firstTaken, joined } from "./place";
import { pullAddress } from "./pull-address";
import type { Item } from "./shelf";

/** Where files may be pulled from. */
export type PullOptions = {
  /** Networks that may be reached although they are private. */
  allowNetworks: readonly string[];
  /** A PEM file of certificate authorities that are trusted beside Node's own. */
  caFile?: string | undefined;
  patienceMs?: number;
  graceMs?: number;
};

const PATIENCE_MS = 30_000;
const GRACE_MS = 10 * 60_000;

/** Files that are fetched from an address. Under its name stands all of one, or nothing. */
export function createPulls({ begin, write, recordOf }: Works, options: PullOptions) {
  const { caFile, patienceMs = PATIENCE_MS, graceMs = GRACE_MS } = options;
  const allowed = allowedNetworks(options.allowNetworks);

  async function take(
    item: Item,
    files: BotFiles,
    { name, conflict, found }: { name: string; conflict: OnConflict; found: Fetched },
  ): Promise<TransferStatus> {
    const { size = 0, bytes } = found;
    item.name = name;
    const kept = recordOf(item, conflict, { folders: [], files: [{ path: name, size }] });
    assertSeen(files, kept);
    const isTaken = (await firstTaken(files, kept)) !== undefined;
    if (isTaken && conflict === "refuse") throw new AppError("file_exists", { path: showPath(joined(item.to, name)) });
    if (isTaken && conflict === "skip") return { state: "done", placed: 0, skipped: 1, failed: [] };
    item.status = { state: "working", done: 0, total: size };
    await item.room?.take(size, 1);
    await write(item, 0, bytes, size);
    return files.alone(() => placeKept(item, kept, files));
  }

  return {
    /** AppError pull_address, path_unsafe, transfer_busy. What goes wrong later is told by its state. */
    async pull(botId: BotId, by: BegunBy, { url, to, name, conflict }: PullRequest): Promise<TransferView> {
      const address = pullAddress(url);
      partsOf(to);
      if (name !== undefined && newPartsOf(joined(to, name)).length !== partsOf(to).length + 1)
        throw unsafe(name, "empty");
      return begin(botId, by, { kind: "pull", to, conflict }, async (item, files) => {
        await assertTarget(files, to);
        if (name !== undefined) assertSeen(files, { to, files: [{ path: name }] });
        const ca = caFile === undefined ? undefined : [...rootCertificates, await readFile(caFile, "utf8")];
        const found = await fetchFile(address, { allowed, ca, patienceMs, graceMs }, item.stop.signal);
        try {
          // A server that may choose the name could otherwise choose which file is overwritten.
          const told = conflict === "overwrite" ? undefined : nameInDisposition(found.disposition);
          return await take(item, files, { name: name ?? told ?? nameInAddress(address), conflict, found });
        } finally {
          found.close();
        }
      });
    },
  };
}
