import { Client } from "pg";

/** What lies in the tables of a panel, remembered as it is now. */
export type Tables = {
  /** Tables that no longer hold what they held, but for when somebody was last seen. */
  changed(): Promise<string[]>;
  /** Puts everything back as it was. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

export async function keepTables(): Promise<Tables> {
  const sql = new Client({ connectionString: process.env.DATABASE_URL });
  await sql.connect();
  const tables = (
    await sql.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1`,
    )
  ).rows.map(({ name }) => name);
  await sql.query(
    `CREATE SCHEMA kept; ${tables.map((one) => `CREATE TABLE kept."${one}" AS TABLE public."${one}"`).join(";")}`,
  );
  const hashed = tables
    .map(
      (one) =>
        `SELECT '${one}' AS name, md5(string_agg(x, '' ORDER BY x)) AS hash FROM (SELECT (to_jsonb(t) - '{${(moving[one] ?? []).join()}}'::text[])::text AS x FROM "${one}" t) AS rows`,
    )
    .join(" UNION ALL ");
  const hashes = async () => new Map((await sql.query<Hash>(hashed)).rows.map(({ name, hash }) => [name, hash]));
  const first = await hashes();

  return {
    async changed() {
      const now = await hashes();
      // Tries are counted whoever makes them.
      return tables.filter((one) => one !== "SignInThrottle" && now.get(one) !== first.get(one));
    },
    async reset() {
      const now = await hashes();
      const back = tables
        .filter((one) => now.get(one) !== first.get(one))
        .map((one) => `DELETE FROM "${one}"; INSERT INTO "${one}" SELECT * FROM kept."${one}";`);
      // Without its triggers a table may come back before those that it refers to.
      if (back.length > 0)
        await sql.query(
          `SET session_replication_role = replica; ${back.join("")} SET session_replication_role = DEFAULT`,
        );
    },
    close: () => sql.end(),
  };
}

/** What is written of everybody who asks for anything at all, at most once a minute. */
const moving: Readonly<Record<string, readonly string[]>> = {
  ApiKey: ["lastUsedAt", "lastUsedFrom"],
  Session: ["lastSeenAt", "expiresAt", "address", "userAgent"],
};

type Hash = { name: string; hash: string | null };
