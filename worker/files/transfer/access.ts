import type { BotPermission } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { TransferView } from "#contracts/transfer";
import type { AskWeb } from "../../questions";
import type { Item, Shelf } from "./shelf";

/*
 * Transfers outlast the request that began them. Whoever loses access is to lose what goes on in their name as well: the web says when that
 * may be (access.changed), and is asked every few seconds about what is being worked at, should nobody say so. What waits for chunks needs no
 * such asking, for each chunk does. What is just being given its names is finished: half a folder would help nobody.
 */

/** Access that ended is noticed within this, ms, even where nobody says so. */
const CHECK_MS = 3_000;

/** What a transfer asks for as long as it lasts. */
const NEEDS: Readonly<Record<TransferView["kind"], BotPermission>> = {
  upload: "file:upload",
  pull: "file:upload",
  extract: "file:archive",
  pack: "file:archive",
};

const needsOf = ({ kind, overwrites }: Item): BotPermission[] =>
  overwrites ? [NEEDS[kind], "file:write"] : [NEEDS[kind]];

/** Ends the transfers of those who may no longer have them. */
export function watchAccess(shelf: Pick<Shelf, "live" | "stop">, ask: AskWeb, say: (line: string) => void) {
  async function checkAll(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const { rights } = await ask("access.now", {
      of: items.map(({ owner, botId, keyId }) => ({ userId: owner, botId, keyId })),
    });
    for (const [index, item] of items.entries()) {
      const { permissions = [], hidden = [] } = rights[index] ?? {};
      const permission = needsOf(item).find((one) => !permissions.includes(one));
      if (permission) shelf.stop(item, new AppError("not_allowed", { permission }));
      // What it reads or writes next may be hidden by now; what waits for more is looked at when that comes.
      else if (item.status.state === "working" && hidden.some((one) => !item.hidden.includes(one)))
        shelf.stop(item, new AppError("sees_less"));
    }
  }

  const checkWorked = async () => checkAll((await shelf.live()).filter(({ status }) => status.state === "working"));
  let isAsking = false;
  const checking = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    void checkWorked()
      // A web that is away changes nobody's access; it is asked again.
      .catch(() => {})
      .finally(() => {
        isAsking = false;
      });
  }, CHECK_MS).unref();

  return {
    /** Asks about all that one person has under way. */
    check: (userId: string): Promise<void> =>
      shelf
        .live(userId)
        .then(checkAll)
        .catch((error: unknown) => say(`whether transfers may go on could not be asked: ${String(error)}`)),
    close: () => clearInterval(checking),
  };
}
