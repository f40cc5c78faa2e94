import { resolve } from "node:path";
import { z } from "zod";
import { CannotStart } from "./cannot-start";
import { type Passed, passedFrom } from "./runtimes/index";

const schema = z
  .object({
    BOTYARD_HOME: z.string().default("data"),
    BOTYARD_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(3010),
    /** The address people use, when it is not the one the web listens on. */
    BOTYARD_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Folders that bots may be run from where they lie, by ':'. */
    BOTYARD_FOLDERS: z.string().default(""),
    /** Private networks that git addresses, and those of files, may lead into all the same; by comma or space. */
    BOTYARD_ALLOW_NETWORKS: z.string().default(""),
    /** A PEM file of certificate authorities for servers of one's own: git trusts them in place of the system's, files are fetched by both. */
    BOTYARD_GIT_CA_FILE: z.string().optional(),
    /** The address the web listens on, and SFTP unless it has one of its own. */
    BOTYARD_HOST: z.string().default("127.0.0.1"),
    /** The port the web listens on. */
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
    BOTYARD_SFTP_HOST: z.string().optional(),
    BOTYARD_SFTP_PORT: z.union([z.literal("off"), z.coerce.number().int().min(0).max(65_535)]).default(2022),
    BOTYARD_IMPORT_LIMIT_MB: z.coerce.number().int().min(1).default(1024),
    /** "off": bots run as the panel's own user and see what it sees. */
    BOTYARD_ISOLATION: z.enum(["auto", "off"]).default("auto"),
  })
  .transform((env) => ({
    home: resolve(env.BOTYARD_HOME),
    gatewayPort: env.BOTYARD_GATEWAY_PORT,
    publicUrl: env.BOTYARD_PUBLIC_URL === undefined ? null : new URL(env.BOTYARD_PUBLIC_URL),
    folders: env.BOTYARD_FOLDERS.split(":").filter((folder) => folder !== ""),
    allowNetworks: env.BOTYARD_ALLOW_NETWORKS.split(/[\s,]+/).filter((network) => network !== ""),
    gitCaFile: env.BOTYARD_GIT_CA_FILE,
    panelUrl: `http://${reachedAt(env.BOTYARD_HOST)}:${env.PORT}`,
    sftp: { host: env.BOTYARD_SFTP_HOST ?? env.BOTYARD_HOST, port: env.BOTYARD_SFTP_PORT },
    importLimitBytes: env.BOTYARD_IMPORT_LIMIT_MB * 1024 * 1024,
    isolation: env.BOTYARD_ISOLATION,
  }));

/** An address that listens everywhere is reached at this machine's own. */
function reachedAt(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** What the worker reads from its environment. */
export type Env = z.infer<typeof schema> & {
  /** How this machine reaches its package registries. */
  registries: Passed;
};

/** Reads it once, at start; an empty variable counts as not set. CannotStart names the one that makes no sense. */
export function readEnv(from: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.fromEntries(
    Object.entries(from).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const read = schema.safeParse(given);
  if (read.success) return { ...read.data, registries: passedFrom(given) };
  const [issue] = read.error.issues;
  throw new CannotStart(
    `${issue?.path.join(".")} in the environment makes no sense: ${issue?.message}. Mend or unset it.`,
  );
}
