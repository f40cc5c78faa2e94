import bot from "./en/bot.json";
import error from "./en/error.json";
import reason from "./en/reason.json";
import ui from "./en/ui.json";

/** Every text a person reads, English. The browser reads it through next-intl, the CLI and the worker through `fill`. */
export const en = { error, reason, ...ui, ...bot };
export type Words = typeof en;
