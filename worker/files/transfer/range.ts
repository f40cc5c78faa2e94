import type { WantedPart } from "../../ports/index";

/** What part of a file is asked for: bytes from `from` to before `to`; `whole` when none is; `none` when there is no such part. */
export type Part = { from: number; to: number } | "whole" | "none";

/**
 * The part that a Range header names of a file of `size` bytes. Of several parts, or of what is no range, the whole file is sent, which is
 * always a right answer. With If-Range, a part is sent of this very content only.
 */
export function partOf(size: number, etag: string, asked: WantedPart): Part {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked.range?.trim() ?? "");
  if (!found || (asked.ifRange !== undefined && asked.ifRange !== `"${etag}"`)) return "whole";
  const [, first = "", last = ""] = found;
  if (first === "") {
    if (last === "") return "whole";
    return Number(last) === 0 || size === 0 ? "none" : { from: Math.max(0, size - Number(last)), to: size };
  }
  if (last !== "" && Number(last) < Number(first)) return "whole";
  if (Number(first) >= size) return "none";
  return { from: Number(first), to: last === "" ? size : Math.min(size, Number(last) + 1) };
}
