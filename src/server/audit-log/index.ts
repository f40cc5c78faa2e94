import type { Actor } from "#contracts/access";
import type { AuditFilter, AuditView } from "#contracts/api/audit";
import { assertAdmin } from "../access";
import { findEntries } from "./find";

export { isAuditFile, serveAuditFile } from "./file";
export { keepRemovingOld, readRetention, setRetention } from "./retention";

/** Who did what in the whole panel, newest first; read on with `before: next`. */
export async function listAudit(
  actor: Actor,
  { before, limit, ...filter }: AuditFilter & { before?: string; limit: number },
): Promise<{ entries: AuditView[]; next: string | null }> {
  assertAdmin(actor);
  const found = await findEntries(filter, before === undefined ? undefined : BigInt(before), limit + 1);
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
}
