import { z } from "zod";

/** How the panel is coloured; `system` follows the device. */
export const theme = z.enum(["dark", "light", "system"]);
export type Theme = z.infer<typeof theme>;

/** Languages that the words exist in (contracts/words). */
export const language = z.enum(["en"]);
export type Language = z.infer<typeof language>;

/** Whether this program knows a time zone, by its IANA name. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How one person wants to see the panel, in every browser. What is null is as each browser has it: they chose nothing yet. */
export const preferences = z.object({
  theme: theme.nullable(),
  /** An IANA name, such as Europe/Berlin. */
  timeZone: z.string().max(64).refine(isZone).nullable(),
  language: language.nullable(),
});
export type Preferences = z.infer<typeof preferences>;

/** Some of it, to change; what is left out stays. */
export const preferenceChange = z.object({
  theme: theme.nullable().optional(),
  timeZone: z.string().max(64).refine(isZone).nullable().optional(),
  language: language.nullable().optional(),
});

export type PreferenceChange = z.infer<typeof preferenceChange>;

/** What is stored, with what cannot be read (any more) as if it were not set. */
export const storedPreferences = z
  .object({
    theme: theme.nullable().catch(null),
    timeZone: preferences.shape.timeZone.catch(null),
    language: language.nullable().catch(null),
  })
  .catch({ theme: null, timeZone: null, language: null });
