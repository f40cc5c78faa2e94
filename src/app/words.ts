import { cookies } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { readZone, ZONE_COOKIE } from "#client/preferences";
import { en } from "#contracts/words/en";

/** What next-intl gives every page: the catalogue, the viewer's time zone (told by their browser, else UTC), and one "now" for the frame. */
export default getRequestConfig(async () => ({
  locale: "en",
  messages: en,
  timeZone: readZone((await cookies()).get(ZONE_COOKIE)?.value),
  now: new Date(),
}));
