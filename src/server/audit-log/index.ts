import type { Actor } from "#contracts/access";
import type { AuditFilter, AuditView } from "#contracts/api/audit";
import { assertAdmin } from "../access";
import { numberOf, pageOf } from "../page-of";
import { findEntries } from "./find";
import { detailShown } from "./shown";

export { isAuditFile, serveAuditFile } from "./file";
export { keptSince, readRetention, setRetention } from "./retention";

/** Who did what in the whole panel, newest first; read on with `before: next`. */
export async function listAudit(
  actor: Actor,
  { cursor, limit, ...filter }: AuditFilter & { cursor?: string | undefined; limit: number },
): Promise<{ entries: AuditView[]; next: string | null }> {
  assertAdmin(actor);
  const before = numberOf(cursor);
  const found = await findEntries(filter, before === undefined ? undefined : BigInt(before), limit + 1);
  const { page, next } = pageOf(found, limit, ({ id }) => id);
  return { entries: page.map((entry) => ({ ...entry, detail: detailShown(entry.detail) })), next };
}
