import error from "./words/en/error.json";

type Row = { status: number; exit: 1 | 2 | 3 | 4 | 5; retry?: number };

/**
 * Every failure a person can cause or must act on. HTTP answers `status`, the CLI ends with `exit`
 * (0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 not reachable). `retry`: after how many seconds asking again may help,
 * where the failure does not bring its own `seconds`; every 429 and 503 has one. What is not in this table is a bug.
 */
export const errorTable = {
  bad_input: { status: 400, exit: 2 },
  body_too_large: { status: 413, exit: 2 },
  method_unknown: { status: 405, exit: 2 },
  precondition_failed: { status: 412, exit: 1 },
  idempotency_mismatch: { status: 422, exit: 2 },
  idempotency_busy: { status: 409, exit: 1 },
  streams_many: { status: 429, exit: 1, retry: 5 },
  not_signed_in: { status: 401, exit: 4 },
  not_allowed: { status: 403, exit: 4 },
  not_found: { status: 404, exit: 3 },
  too_many_tries: { status: 429, exit: 4, retry: 1 },
  wrong_origin: { status: 403, exit: 4 },
  sign_in_failed: { status: 401, exit: 4 },
  password_wrong: { status: 403, exit: 4 },
  sign_in_again: { status: 403, exit: 4 },
  email_in_use: { status: 409, exit: 1 },
  code_wrong: { status: 403, exit: 4 },
  second_factor_needed: { status: 401, exit: 4 },
  sign_in_expired: { status: 401, exit: 4 },
  two_factor_on: { status: 409, exit: 1 },
  two_factor_off: { status: 409, exit: 1 },
  passkey_refused: { status: 401, exit: 4 },
  passkey_known: { status: 409, exit: 1 },
  passkey_address: { status: 409, exit: 1 },
  discord_off: { status: 409, exit: 1 },
  discord_failed: { status: 422, exit: 1 },
  discord_unknown: { status: 403, exit: 4 },
  discord_taken: { status: 409, exit: 1 },
  last_way_in: { status: 409, exit: 1 },
  reset_link_invalid: { status: 403, exit: 4 },
  local_only: { status: 403, exit: 4 },
  setup_closed: { status: 409, exit: 4 },
  setup_link_invalid: { status: 403, exit: 4 },
  bot_name_taken: { status: 409, exit: 1 },
  bot_name_invalid: { status: 400, exit: 2 },
  token_malformed: { status: 400, exit: 2 },
  token_gone: { status: 409, exit: 1 },
  token_missing: { status: 409, exit: 1 },
  entry_missing: { status: 409, exit: 1 },
  entry_outside: { status: 400, exit: 2 },
  runtime_unavailable: { status: 409, exit: 1 },
  runtime_mismatch: { status: 409, exit: 1 },
  manifest_unreadable: { status: 422, exit: 1 },
  template_unknown: { status: 404, exit: 3 },
  git_scheme: { status: 400, exit: 2 },
  git_address_forbidden: { status: 400, exit: 1 },
  git_unreachable: { status: 422, exit: 1 },
  git_branch_missing: { status: 422, exit: 1 },
  git_not_installed: { status: 409, exit: 1 },
  git_refused: { status: 422, exit: 1 },
  git_key_refused: { status: 422, exit: 1 },
  git_host_changed: { status: 422, exit: 1 },
  git_commit_missing: { status: 422, exit: 1 },
  git_too_big: { status: 413, exit: 1 },
  ssh_not_installed: { status: 409, exit: 1 },
  deploy_not_git: { status: 409, exit: 1 },
  deploy_connected: { status: 409, exit: 1 },
  deploy_busy: { status: 409, exit: 1 },
  deploy_current: { status: 409, exit: 1 },
  deploy_conflict: { status: 409, exit: 1 },
  deploy_not_undone: { status: 507, exit: 1 },
  deploy_unsafe: { status: 422, exit: 1 },
  deploy_install_failed: { status: 422, exit: 1 },
  deploy_build_failed: { status: 422, exit: 1 },
  deploy_not_running: { status: 422, exit: 1 },
  deploy_failed: { status: 422, exit: 1 },
  webhook_refused: { status: 401, exit: 4 },
  webhook_replayed: { status: 409, exit: 1 },
  archive_unsafe: { status: 422, exit: 1 },
  archive_unreadable: { status: 422, exit: 1 },
  archive_too_big: { status: 413, exit: 1 },
  archive_no_room: { status: 507, exit: 1 },
  archive_slow: { status: 422, exit: 1 },
  archive_needs_node: { status: 422, exit: 1 },
  upload_over_quota: { status: 413, exit: 1 },
  upload_incomplete: { status: 409, exit: 1 },
  upload_out_of_order: { status: 409, exit: 1 },
  upload_too_long: { status: 413, exit: 1 },
  upload_damaged: { status: 422, exit: 1 },
  pull_address: { status: 400, exit: 2 },
  pull_unreachable: { status: 422, exit: 1 },
  upload_unreadable: { status: 422, exit: 1 },
  upload_too_many: { status: 413, exit: 1 },
  transfer_gone: { status: 410, exit: 1 },
  transfer_failed: { status: 422, exit: 1 },
  transfer_busy: { status: 429, exit: 1, retry: 5 },
  chunk_too_big: { status: 413, exit: 1 },
  path_unsafe: { status: 400, exit: 1 },
  file_missing: { status: 404, exit: 3 },
  file_not_folder: { status: 409, exit: 1 },
  file_is_folder: { status: 409, exit: 1 },
  file_special: { status: 409, exit: 1 },
  file_exists: { status: 409, exit: 1 },
  file_changed: { status: 412, exit: 1 },
  file_holds_hidden: { status: 409, exit: 4 },
  file_into_itself: { status: 409, exit: 1 },
  toml_broken: { status: 422, exit: 1 },
  file_not_text: { status: 413, exit: 1 },
  files_over_quota: { status: 413, exit: 1 },
  trash_too_large: { status: 413, exit: 1 },
  trash_gone: { status: 410, exit: 1 },
  version_gone: { status: 410, exit: 1 },
  dependency_invalid: { status: 400, exit: 2 },
  dependency_unknown: { status: 404, exit: 3 },
  dependency_busy: { status: 409, exit: 1 },
  dependency_manifest: { status: 422, exit: 1 },
  dependency_failed: { status: 422, exit: 1 },
  dependency_cancelled: { status: 409, exit: 1 },
  dependency_interrupted: { status: 409, exit: 1 },
  registry_unreachable: { status: 422, exit: 1 },
  import_too_big: { status: 413, exit: 1 },
  git_branch_invalid: { status: 400, exit: 2 },
  import_empty: { status: 422, exit: 1 },
  import_failed: { status: 422, exit: 1 },
  import_gone: { status: 410, exit: 1 },
  import_not_ready: { status: 409, exit: 1 },
  import_busy: { status: 429, exit: 1, retry: 5 },
  folder_not_listed: { status: 403, exit: 4 },
  folder_missing: { status: 422, exit: 1 },
  folder_in_use: { status: 409, exit: 1 },
  env_key_invalid: { status: 400, exit: 2 },
  env_value_invalid: { status: 400, exit: 2 },
  env_too_many: { status: 409, exit: 1 },
  env_changed: { status: 412, exit: 1 },
  env_file_too_large: { status: 413, exit: 2 },
  env_file_unreadable: { status: 422, exit: 1 },
  env_sealed_elsewhere: { status: 409, exit: 1 },
  command_refused: { status: 409, exit: 1 },
  bot_not_running: { status: 409, exit: 1 },
  input_not_read: { status: 409, exit: 1 },
  start_budget_spent: { status: 409, exit: 1 },
  isolation_missing: { status: 409, exit: 1 },
  search_too_slow: { status: 422, exit: 1 },
  ssh_key_invalid: { status: 400, exit: 2 },
  ssh_key_private: { status: 400, exit: 2 },
  ssh_key_weak: { status: 400, exit: 2 },
  ssh_key_known: { status: 409, exit: 1 },
  device_code_unknown: { status: 404, exit: 1 },
  tool_unknown: { status: 404, exit: 3 },
  tool_read_only: { status: 403, exit: 4 },
  confirm_missing: { status: 400, exit: 2 },
  key_beyond: { status: 403, exit: 4 },
  key_address: { status: 403, exit: 4 },
  network_invalid: { status: 400, exit: 2 },
  disk_unwritable: { status: 507, exit: 1 },
  // PM2 starts it again within seconds.
  worker_away: { status: 503, exit: 5, retry: 5 },
  database_away: { status: 503, exit: 5, retry: 5 },
  ticket_refused: { status: 401, exit: 4 },
  person_unknown: { status: 404, exit: 3 },
  member_known: { status: 409, exit: 1 },
  member_owner: { status: 409, exit: 1 },
  member_has_more: { status: 403, exit: 4 },
  invite_gone: { status: 410, exit: 1 },
  invite_empty: { status: 410, exit: 1 },
  invite_needless: { status: 409, exit: 1 },
  invites_many: { status: 409, exit: 1 },
  email_taken: { status: 409, exit: 1 },
  tag_name_taken: { status: 409, exit: 1 },
  tags_many: { status: 409, exit: 1 },
} as const satisfies Record<keyof typeof error, Row>;

/** The name of an expected failure. */
export type ErrorCode = keyof typeof errorTable;

/** Words to put into a sentence of the catalogue: `{name}` → value. */
export type Values = Readonly<Record<string, string | number>>;

/** After how many seconds asking again may help; undefined when it will not by itself. */
export function retryAfter({ code, values }: Pick<AppError, "code" | "values">): number | undefined {
  const row: Row = errorTable[code];
  return row.retry !== undefined && typeof values.seconds === "number" ? Math.max(1, values.seconds) : row.retry;
}

/** Fills `{name}` places of a catalogue sentence; a place without a value stays as it is. Nothing else is interpreted. */
export function fill(sentence: string, values: Values = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** True for a string that names a row of the table; use it when a code comes over a wire. */
export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(errorTable, code);

/** An expected failure: a code, the values of its sentence, and the sentence itself as `message`. */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: ErrorCode,
    readonly values: Values = {},
  ) {
    super(fill(error[code], values));
  }
}
