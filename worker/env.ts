import { resolve } from "node:path";
import { z } from "zod";

const schema = z
  .object({
    BOTYARD_HOME: z.string().default("data"),
    /** The web's port: its own pages are the origin the gateway trusts. */
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
    BOTYARD_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(3010),
    BOTYARD_PUBLIC_URL: z.string().default(""),
    /** Folders that bots may be run from where they lie, by ':'. */
    BOTYARD_FOLDERS: z.string().default(""),
    /** Private networks that git may reach all the same, by comma or space. */
    BOTYARD_ALLOW_NETWORKS: z.string().default(""),
    BOTYARD_IMPORT_LIMIT_MB: z.coerce.number().int().min(1).default(1024),
  })
  .transform((env) => ({
    home: resolve(env.BOTYARD_HOME),
    port: env.PORT,
    gatewayPort: env.BOTYARD_GATEWAY_PORT,
    publicUrl: env.BOTYARD_PUBLIC_URL.trim(),
    folders: env.BOTYARD_FOLDERS.split(":").filter((folder) => folder !== ""),
    allowNetworks: env.BOTYARD_ALLOW_NETWORKS.split(/[\s,]+/).filter((network) => network !== ""),
    importLimitBytes: env.BOTYARD_IMPORT_LIMIT_MB * 1024 * 1024,
  }));

/** What the worker reads from its environment. */
export type Env = z.infer<typeof schema>;

/** Reads it once, at start; an empty variable counts as not set. */
export function readEnv(from: NodeJS.ProcessEnv = process.env): Env {
  return schema.parse(Object.fromEntries(Object.entries(from).filter(([, value]) => value !== "")));
}
