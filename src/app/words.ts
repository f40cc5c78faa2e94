import { cookies } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { readZone, ZONE_COOKIE } from "#client/preferences";
import type { Language } from "#contracts/preferences";
import { en, type Words } from "#contracts/words/en";
import { currentPreferences } from "#server/page";

const catalogues = { en } as const satisfies Record<Language, Words>;

/**
 * What next-intl gives every page: the catalogue of the viewer's language, their time zone (of their account, else told by their browser,
 * else UTC), and one "now" for the frame.
 */
export default getRequestConfig(async () => {
  const kept = await currentPreferences();
  const locale = kept?.language ?? "en";
  return {
    locale,
    messages: catalogues[locale],
    timeZone: kept?.timeZone ?? readZone((await cookies()).get(ZONE_COOKIE)?.value),
    now: new Date(),
  };
});
