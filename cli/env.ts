import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { homePaths } from "#contracts/home";
import { Failure } from "./failure";
import { readLogins } from "./login";

type Env = Readonly<Record<string, string | undefined>>;

/** Where the panels are kept that login signed in to, as the XDG base directory specification has it. */
export const loginFile = (env: Env = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "botyard", "login.json");

/** Where the panel answers and what this program shows it: a token from outside, what login made, or the key file of this machine. */
export type Access = {
  url: string;
  token: string | null;
  source: "BOTYARD_TOKEN" | "login" | "key file" | "none";
  /** Whose key file was looked for; null: another machine's panel is meant. */
  home: string | null;
};

const firstLine = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8").split("\n")[0]?.trim() || null;
  } catch {
    return null;
  }
};

/**
 * Reads the environment. With BOTYARD_URL the panel is elsewhere, and it is shown BOTYARD_TOKEN, else what login made for that very address;
 * without, it is the one that login signed in to, unless BOTYARD_HOME names one; else the panel of this machine, whose key file only the
 * owner of BOTYARD_HOME can read. Exit 2 for what is no address or no key.
 */
export function readAccess(env: Env = process.env): Access {
  const given = readToken(env);
  if (env.BOTYARD_URL) {
    const url = readAddress(env.BOTYARD_URL, "BOTYARD_URL");
    const kept = readLogins(loginFile(env)).panels.find((one) => one.url === url)?.token ?? null;
    const source = given ? "BOTYARD_TOKEN" : kept ? "login" : "none";
    return { url, token: given ?? kept, source, home: null };
  }
  const kept = env.BOTYARD_HOME || given ? undefined : readLogins(loginFile(env)).panels[0];
  if (kept) return { ...kept, source: "login", home: null };
  const home = resolve(env.BOTYARD_HOME ?? join(env.BOTYARD_ROOT ?? findRoot(), "data"));
  const paths = homePaths(home);
  const url = firstLine(paths.address) ?? `http://127.0.0.1:${env.PORT ?? "3000"}`;
  if (given) return { url, token: given, source: "BOTYARD_TOKEN", home };
  const key = firstLine(paths.cliKey);
  return { url, token: key, source: key ? "key file" : "none", home };
}

/** An address without its last slash. Exit 2 when it is none. */
export function readAddress(text: string, what: string): string {
  const url = text.trim().replace(/\/+$/, "");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw Failure.use(`${what} is no address: “${url}”. Write it like https://bots.example.org.`);
  return url;
}

// What else stands in a header would be said by whoever refuses to send it, the key with it.
function readToken({ BOTYARD_TOKEN }: Env): string | null {
  const token = BOTYARD_TOKEN?.trim() || null;
  if (token && !/^[\x21-\x7e]+$/.test(token))
    throw Failure.use("BOTYARD_TOKEN is no key: there is a space or a line break in it.");
  return token;
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
