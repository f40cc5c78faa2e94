import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { homePaths } from "#contracts/home";

/** Where the panel answers and what this program shows it: a token from outside, what login made, or the key file of this machine. */
export type Access = {
  url: string;
  token: string | null;
  source: "BOTYARD_TOKEN" | "login" | "key file" | "none";
  home: string;
};

/** What login keeps. */
const login = z.object({ url: z.string(), token: z.string() });
export type Login = z.infer<typeof login>;

/** Where it keeps it, as the XDG base directory specification has it. */
export const loginFile = (env: Env = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "botyard", "login.json");

type Env = Readonly<Record<string, string | undefined>>;

const firstLine = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8").split("\n")[0]?.trim() || null;
  } catch {
    return null;
  }
};

/**
 * Reads the environment. With BOTYARD_URL the panel is elsewhere and only BOTYARD_TOKEN is shown to it; without, it is the one that
 * login signed in to, unless BOTYARD_HOME names one; else the panel of this machine, whose key file only the owner of BOTYARD_HOME can read.
 */
export function readAccess(env: Env = process.env): Access {
  const root = env.BOTYARD_ROOT ?? findRoot();
  const home = resolve(env.BOTYARD_HOME ?? join(root, "data"));
  const paths = homePaths(home);
  if (env.BOTYARD_URL) {
    const token = env.BOTYARD_TOKEN || null;
    return { url: env.BOTYARD_URL.replace(/\/+$/, ""), token, source: token ? "BOTYARD_TOKEN" : "none", home };
  }
  const kept = env.BOTYARD_HOME || env.BOTYARD_TOKEN ? null : readLoginFile(env);
  if (kept) return { ...kept, source: "login", home };
  const url = firstLine(paths.address) ?? `http://127.0.0.1:${env.PORT ?? "3000"}`;
  if (env.BOTYARD_TOKEN) return { url, token: env.BOTYARD_TOKEN, source: "BOTYARD_TOKEN", home };
  const key = firstLine(paths.cliKey);
  return { url, token: key, source: key ? "key file" : "none", home };
}

function readLoginFile(env: Env): Login | null {
  try {
    return login.parse(JSON.parse(readFileSync(loginFile(env), "utf8")));
  } catch {
    return null;
  }
}

/** Whether colours are wanted, as https://no-color.org has it: on a terminal, unless NO_COLOR says otherwise. */
export const wantsColour = (isTerminal: boolean, env: Env = process.env): boolean =>
  isTerminal && !env.NO_COLOR && env.TERM !== "dumb";

// dist/cli.mjs and cli/env.ts both lie one folder below the root.
function findRoot(): string {
  const above = join(import.meta.dirname, "..");
  return existsSync(join(above, "package.json")) ? above : process.cwd();
}

/** The environment of this login: what a program was given that somebody else started from it. */
export const readLogin = (): NodeJS.ProcessEnv => ({ ...process.env });
