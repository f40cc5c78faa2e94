import { vi } from "vitest";

/** How long what a test waits for may take to come true on a machine with much else to do, ms. */
const PATIENCE_MS = 60_000;

/*
 * Vitest gives up after a second where no time is named, and only expect.poll can be told otherwise in its settings. How fast something comes
 * is not what those tests are about.
 */
const { waitFor } = vi;
vi.waitFor = (met, options = PATIENCE_MS) =>
  waitFor(met, typeof options === "number" ? options : { timeout: PATIENCE_MS, ...options });
