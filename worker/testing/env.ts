import { z } from "zod";

/** How often a test that kills something at random moments does so: BOTYARD_KILLS, else a number fit for every day. */
export const killsOr = (everyDay: number): number =>
  z.coerce.number().int().positive().default(everyDay).parse(process.env.BOTYARD_KILLS);
