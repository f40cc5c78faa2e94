import { health } from "#contracts/host";
import type { LostCause } from "./connection";

/** Asks the panel's health, without going through the typed client: a degraded panel answers 503 with the same body. */
export async function whoIsAway(): Promise<LostCause> {
  try {
    const answer = await fetch("/api/health", { cache: "no-store", signal: AbortSignal.timeout(4_000) });
    const read = health.safeParse(await answer.json());
    if (!read.success) return "web";
    return read.data.worker ? "refused" : "worker";
  } catch {
    return "web";
  }
}
