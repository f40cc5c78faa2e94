import { AppError } from "#contracts/errors";
import { clientOf } from "./address";
import { env } from "./env";

/**
 * Refuses a write that another site started (wrong_origin): browsers name the page's origin on every write, and it must
 * be the host that was asked or BOTYARD_PUBLIC_URL. `missing` says what to do without one: refuse where a cookie signs
 * in, let pass where nothing does (curl).
 */
export function assertOwnOrigin(headers: Headers, missing: "refuse" | "pass" = "refuse"): void {
  const origin = headers.get("origin");
  if (origin === null) {
    if (missing === "pass") return;
    throw new AppError("wrong_origin");
  }
  const { publicUrl } = env();
  const from = URL.canParse(origin) ? new URL(origin) : null;
  // At the address that was set the scheme counts, too: by plain http anybody on the way writes its pages.
  const isOwn =
    from?.host === publicUrl?.host ? from?.origin === publicUrl?.origin : from?.host === clientOf(headers).host;
  if (from === null || !isOwn) throw new AppError("wrong_origin");
}
