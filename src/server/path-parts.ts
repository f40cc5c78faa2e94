import { AppError } from "#contracts/errors";

/** What the groups of a pattern hold of a request's path, decoded. Refuses what cannot be decoded as what is not there: AppError not_found. */
export function pathParts(pattern: RegExp, { url }: Request): (string | undefined)[] {
  const parts = (pattern.exec(new URL(url).pathname) ?? []).slice(1);
  try {
    const decoded = parts.map((part: string | undefined) => part && decodeURIComponent(part));
    // No name has one, and Postgres takes none.
    if (!decoded.some((part) => part?.includes("\0"))) return decoded;
  } catch {}
  throw new AppError("not_found", { what: "bot" });
}
