import { createHash, randomBytes } from "node:crypto";
import { Client } from "pg";

const LIVES_MINUTES = 15;

/** A fresh code for the first account; undefined when there already is an account. An older code ends with it. */
export async function makeSetupCode(databaseUrl: string): Promise<string | undefined> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM "User" LIMIT 1');
    if (rowCount) return undefined;
    const code = randomBytes(32).toString("base64url");
    await client.query(
      `INSERT INTO "SetupLink" (id, "codeHash", "expiresAt") VALUES (1, $1, now() + make_interval(mins => $2))
       ON CONFLICT (id) DO UPDATE SET "codeHash" = excluded."codeHash", "expiresAt" = excluded."expiresAt"`,
      [createHash("sha256").update(code).digest("hex"), LIVES_MINUTES],
    );
    return code;
  } finally {
    await client.end();
  }
}
