import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port of loopback that is free now, and stays so until somebody is told to listen on it: none of those that the system hands out by itself
 * (from 32768 on), to whoever connects as well as to whoever listens. Nor 10080, the last that browsers refuse to go to (fetch.spec.whatwg.org).
 */
export async function freePort(): Promise<number> {
  const port = randomInt(10_081, 32_000);
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}
