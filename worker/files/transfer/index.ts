import type { BotId } from "#contracts/bot";
import type { Transfers } from "../../ports";
import type { Jail } from "../jail";
import { packInto } from "./pack";
import { sendFile } from "./send";

/** What transfers need of a bot's files. */
export type Place = { jail: Jail };

/** Opens the transfers. `placeOf` finds a bot's files: AppError not_found. */
export function openTransfers({ placeOf }: { placeOf: (botId: BotId) => Promise<Place> }): Transfers {
  return {
    async file(botId, path, wanted, begin) {
      await sendFile((await placeOf(botId)).jail, path, wanted, begin);
    },
    async archive(botId, selection, format, begin) {
      const type = format === "zip" ? "application/zip" : "application/gzip";
      await packInto((await placeOf(botId)).jail, selection, format, () => begin(200, { "content-type": type }));
    },
  };
}
