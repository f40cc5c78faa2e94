import type { Actor } from "#contracts/access";
import { type PreferenceChange, type Preferences, storedPreferences } from "#contracts/preferences";
import { database } from "#prisma/db";
import { assertAccount } from "./access";

/** How a person wants to see the panel. */
export async function readPreferences(actor: Actor): Promise<Preferences> {
  const select = { preferences: true } as const;
  const row = await database().user.findUnique({ where: { id: assertAccount(actor) }, select });
  return storedPreferences.parse(row?.preferences);
}

/** Changes some of it. Not remembered in the activity: it concerns nobody else. */
export async function changePreferences(actor: Actor, change: PreferenceChange): Promise<Preferences> {
  const id = assertAccount(actor);
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  // One statement, so that of two changes at once none is lost.
  await database()
    .$executeRaw`UPDATE "User" SET "preferences" = "preferences" || ${JSON.stringify(set)}::jsonb WHERE "id" = ${id}`;
  return readPreferences(actor);
}
