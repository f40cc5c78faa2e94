import { health } from "#contracts/host";
import { within } from "../patience";
import type { LostCause } from "./connection";

const ANSWER_MS = 4_000;

/** Asks the panel's health, without going through the typed client: a degraded panel answers 503 with the same body. */
export async function whoIsAway(): Promise<LostCause> {
  try {
    const answer = await within(ANSWER_MS, async (signal) =>
      (await fetch("/api/health", { cache: "no-store", signal })).json(),
    );
    const read = health.safeParse(answer);
    if (!read.success) return "web";
    return read.data.worker ? "refused" : "worker";
  } catch {
    return "web";
  }
}
