import { z } from "zod";

/** Names of a list that are shown: an entry may hold a thousand paths, and a page many entries. */
const SHOWN = 20;
/** These are no longer than the catalogue of permissions, and half of what somebody may is not what they may. */
const whole: readonly string[] = ["changes", "permissions", "before"];

const detail = z.record(z.string(), z.unknown()).catch({});

/** What an entry says, whole. */
export const detailOf = (stored: unknown): Record<string, unknown> => detail.parse(stored);

/** What an entry says, as long as a page can take; changes and permissions are whole. */
export const detailShown = (stored: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(detailOf(stored)).map(([key, value]) => [
      key,
      Array.isArray(value) && !whole.includes(key) ? value.slice(0, SHOWN) : value,
    ]),
  );
