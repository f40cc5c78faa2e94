import { z } from "zod";

/** Names of a list that are shown: an entry may hold a thousand paths, and a page many entries. */
const SHOWN = 20;

const detail = z.record(z.string(), z.unknown()).catch({});

/** What an entry says, whole. */
export const detailOf = (stored: unknown): Record<string, unknown> => detail.parse(stored);

/** What an entry says, as long as a page can take; changes are whole. */
export const detailShown = (stored: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(detailOf(stored)).map(([key, value]) => [
      key,
      Array.isArray(value) && key !== "changes" ? value.slice(0, SHOWN) : value,
    ]),
  );
