import { resolve } from "node:path";
import { z } from "zod";
import { isRegistrySetting } from "#contracts/registries";
import { Refusal } from "./refusal";

const port = z.coerce.number().int().min(1).max(65_535);

const variables = z.object({
  BOTYARD_HOME: z.string().default("data"),
  PORT: port.default(3000),
  BOTYARD_HOST: z.string().default("127.0.0.1"),
  BOTYARD_GATEWAY_PORT: port.default(3010),
  BOTYARD_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});

const expected: Record<string, string> = {
  PORT: "it must be a number from 1 to 65535",
  BOTYARD_GATEWAY_PORT: "it must be a number from 1 to 65535",
  BOTYARD_PUBLIC_URL: "it must be an address such as https://bots.example.org",
  DATABASE_URL: "it must be an address such as postgresql://user:password@host:5432/database",
};

/** What the person set. Paths are absolute, seen from the project's folder. */
export type Settings = {
  root: string;
  home: string;
  port: number;
  host: string;
  gatewayPort: number;
  publicUrl?: string;
  /** A Postgres of the person's own instead of the built-in one. */
  databaseUrl?: string;
  /** What programs we start get of our environment. */
  passedOn: Readonly<Record<string, string>>;
};

/** Reads the environment; an empty variable counts as absent. Refusal setting_invalid. */
export function readSettings(root: string, env: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ""));
  const read = variables.safeParse(given);
  if (!read.success) {
    const name = String(read.error.issues[0]?.path[0]);
    throw new Refusal("setting_invalid", { name, detail: expected[name] ?? "it cannot be read" });
  }
  const values = read.data;
  return {
    root,
    home: resolve(root, values.BOTYARD_HOME),
    port: values.PORT,
    host: values.BOTYARD_HOST,
    gatewayPort: values.BOTYARD_GATEWAY_PORT,
    publicUrl: values.BOTYARD_PUBLIC_URL?.replace(/\/+$/, ""),
    databaseUrl: values.DATABASE_URL,
    passedOn: Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => isPassed(entry[0]) && entry[1] !== undefined),
    ),
  };
}

// PM2 hands the whole environment it was started with to what it starts, so it gets no more than this. Not NODE_OPTIONS.
const passed = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|BOTYARD_[A-Z_]+)$/i;
const isPassed = (name: string): boolean => passed.test(name) || isRegistrySetting(name);
