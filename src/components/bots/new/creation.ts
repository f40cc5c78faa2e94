import type { Failure } from "#client/failure";
import { botName, type RuntimeName } from "#contracts/bot";
import type { ErrorCode } from "#contracts/errors";
import type { Detection } from "#contracts/import";

/** What a person says of a bot to be. */
export type Creation = { name: string; runtime: RuntimeName | null; entry: string; token: string; start: boolean };
export type CreationField = Exclude<keyof Creation, "start">;

/** The form as the detection fills it in. */
export const creationFrom = (found: Detection): Creation => ({
  name: suggestName(found.name ?? ""),
  runtime: found.runtime ?? found.entries[0]?.runtime ?? null,
  entry: found.entry ?? found.entries[0]?.path ?? "",
  token: "",
  start: true,
});

/** A suggestion that the form itself would refuse is none. */
function suggestName(name: string): string {
  const read = botName.safeParse(name.replace(/[/\\]/g, " ").slice(0, 64));
  return read.success ? read.data : "";
}

const fields: Partial<Record<ErrorCode, CreationField>> = {
  bot_name_taken: "name",
  bot_name_invalid: "name",
  runtime_unavailable: "runtime",
  entry_missing: "entry",
  entry_outside: "entry",
  runtime_mismatch: "entry",
  token_malformed: "token",
  token_missing: "token",
};

/** The question a refusal belongs to, or null when it belongs to none. */
export const fieldOf = (failure: Failure): CreationField | null =>
  failure.code === "web_away" || failure.code === "unexpected" ? null : (fields[failure.code] ?? null);

/** Whether the bot would be started at once: without a token it needs there is no point. */
export const wouldStart = (creation: Creation, found: Detection): boolean =>
  creation.start && (found.tokenOptional || creation.token.trim() !== "");
