import { resolve } from "node:path";
import { z } from "zod";

const schema = z
  .object({
    BOTYARD_HOME: z.string().default("data"),
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
    /** Where the worker's gateway listens, on this machine. */
    BOTYARD_GATEWAY_PORT: z.coerce.number().int().min(1).max(65_535).default(3010),
    /** The address people use, when it is not the one this program listens on. */
    BOTYARD_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Whose X-Forwarded-* are believed: addresses, CIDRs, or `loopback`; by comma or space. */
    BOTYARD_TRUSTED_PROXIES: z.string().default(""),
    /** Of an application at https://discord.com/developers, to sign in with Discord; both or none. */
    BOTYARD_DISCORD_CLIENT_ID: z
      .string()
      .regex(/^\d{1,20}$/)
      .optional(),
    BOTYARD_DISCORD_CLIENT_SECRET: z.string().optional(),
    /** Where Discord's API is; for tests. */
    BOTYARD_DISCORD_API: z.url({ protocol: /^https?$/ }).default("https://discord.com/api"),
  })
  .transform((env) => ({
    home: resolve(env.BOTYARD_HOME),
    port: env.PORT,
    gatewayPort: env.BOTYARD_GATEWAY_PORT,
    publicUrl: env.BOTYARD_PUBLIC_URL === undefined ? null : new URL(env.BOTYARD_PUBLIC_URL),
    discord:
      env.BOTYARD_DISCORD_CLIENT_ID === undefined || env.BOTYARD_DISCORD_CLIENT_SECRET === undefined
        ? null
        : {
            clientId: env.BOTYARD_DISCORD_CLIENT_ID,
            clientSecret: env.BOTYARD_DISCORD_CLIENT_SECRET,
            api: env.BOTYARD_DISCORD_API,
          },
    // Put in by next.config.mjs when the web is built.
    version: process.env.BOTYARD_VERSION ?? "dev",
    trustedProxies: env.BOTYARD_TRUSTED_PROXIES.split(/[\s,]+/).filter((part) => part !== ""),
  }));

/** What the web reads from its environment. */
export type Env = z.infer<typeof schema>;

let read: Env | undefined;

/** The environment, parsed at the first ask; an empty variable counts as not set, one that makes no sense is named in the error. */
export function env(): Env {
  read ??= schema.parse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim())));
  return read;
}

/** next-auth takes the address it is asked at as its own only when told to; it reads this itself. */
export function trustOwnHost(): void {
  process.env.AUTH_TRUST_HOST ??= "1";
}
