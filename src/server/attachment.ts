import { Readable } from "node:stream";
import { isAccessLost } from "./access";

/** How often it is asked whether somebody may still have what is being sent, ms. */
const STILL_MS = 3_000;

/** Headers of something that is to be saved and is no page of ours, whatever it holds. `name` is somebody's text: nothing of it is syntax. */
export function attachmentHeaders(name: string, type: string): Record<string, string> {
  // Two names, the first for programs that know letters of ASCII only.
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[._-]+/, "") || "file";
  const full = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return {
    "content-type": type,
    "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${full}`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "no-store",
    // A proxy that collects the answer first would hold all of it.
    "x-accel-buffering": "no",
  };
}

/** A body of what comes from `source`, which ends when nobody takes it any more, and within seconds of `still` refusing whoever does. */
export function bodyOf(
  source: Readable,
  { gone, still, body = source }: { gone: AbortSignal; still: () => Promise<unknown>; body?: Readable },
): ReadableStream {
  const asking = setInterval(() => {
    still().catch((error: unknown) => {
      if (isAccessLost(error)) source.destroy(error);
    });
  }, STILL_MS).unref();
  source.once("close", () => clearInterval(asking));
  // Some servers say that the client went by the signal only, some by cancelling the body only.
  if (gone.aborted) source.destroy();
  gone.addEventListener("abort", () => source.destroy(), { once: true });
  return Readable.toWeb(body) as ReadableStream;
}
