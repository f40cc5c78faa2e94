import { z } from "zod";
import { fill } from "./errors";
import words from "./words/en/reason.json";

/** The button that mends a reason: where the page leads, or what it does. */
export const fix = z.enum([
  "none",
  "start",
  "replace-token",
  "settings",
  "environment",
  "install-log",
  "console",
  "intents",
  "trust",
]);
export type Fix = z.infer<typeof fix>;

/**
 * Why a bot is in the state it is in. `hopeless` ones park at once: a restart cannot mend them.
 * The close codes are Discord's (gateway documentation, "Gateway Close Event Codes").
 */
export const reasonTable = {
  asked: { hopeless: false, fix: "none" },
  done: { hopeless: false, fix: "none" },
  exited: { hopeless: false, fix: "console" },
  signalled: { hopeless: false, fix: "console" },
  lost: { hopeless: false, fix: "start" },
  rebooted: { hopeless: false, fix: "none" },
  out_of_memory: { hopeless: false, fix: "console" },
  killed_by_system: { hopeless: false, fix: "console" },
  memory_limit: { hopeless: false, fix: "settings" },
  process_limit: { hopeless: false, fix: "settings" },
  open_files_limit: { hopeless: false, fix: "settings" },
  file_too_big: { hopeless: true, fix: "console" },
  disk_limit: { hopeless: true, fix: "settings" },
  isolation_missing: { hopeless: true, fix: "trust" },
  folder_untrusted: { hopeless: true, fix: "trust" },
  crash_loop: { hopeless: true, fix: "console" },
  config: { hopeless: true, fix: "environment" },
  entry_missing: { hopeless: true, fix: "settings" },
  program_missing: { hopeless: true, fix: "settings" },
  install_failed: { hopeless: true, fix: "install-log" },
  install_cancelled: { hopeless: true, fix: "start" },
  manifest_unreadable: { hopeless: true, fix: "install-log" },
  token_invalid: { hopeless: true, fix: "replace-token" },
  token_missing: { hopeless: true, fix: "replace-token" },
  intents_disallowed: { hopeless: true, fix: "intents" },
  intents_invalid: { hopeless: true, fix: "console" },
  sharding_required: { hopeless: true, fix: "settings" },
  shard_invalid: { hopeless: true, fix: "settings" },
  gateway_version: { hopeless: true, fix: "console" },
  module_missing: { hopeless: false, fix: "install-log" },
  syntax: { hopeless: false, fix: "console" },
  port_taken: { hopeless: false, fix: "console" },
  start_budget: { hopeless: true, fix: "none" },
  disk: { hopeless: true, fix: "none" },
  spawn_failed: { hopeless: true, fix: "settings" },
} as const satisfies Record<keyof typeof words, { hopeless: boolean; fix: Fix }>;

export type ReasonCode = keyof typeof reasonTable;

/**
 * A reason: its code, and the values of its sentence in the catalogue (`reason.<code>`). `module`: the one whose absence it is, also of a
 * crash loop that ended with it.
 */
export const reason = z.object({
  code: z.enum(Object.keys(reasonTable) as [ReasonCode, ...ReasonCode[]]),
  values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type Reason = z.infer<typeof reason>;

/** The reason as an English sentence; the browser uses the same words through its own catalogue reader. */
export const sayReason = (why: Reason): string => fill(words[why.code], why.values);
