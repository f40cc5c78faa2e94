import { AppError } from "#contracts/errors";
import { isGitBranch, isSshAddress } from "#contracts/git";

/** A git address that was looked at: `href` is the normal form, the only one git gets to see. `host` and `port` are where it leads. */
export type GitAddress = { kind: "https" | "ssh"; href: string; host: string; port: string; name: string };

/** Takes https addresses without user and password, `ssh://` and `user@host:path`; everything else is git_scheme. */
export function gitAddress(text: string): GitAddress {
  const plain = text.trim();
  if (/[\u0000-\u0020\u007f\\]/.test(plain)) throw refused();
  if (isSshAddress(plain)) return /^ssh:/i.test(plain) ? sshUrl(plain) : scpLike(plain);
  if (!/^https:\/\/[^/]/i.test(plain)) throw refused();
  const url = parsed(plain);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "" || url.hostname === "") throw refused();
  url.hash = "";
  return { kind: "https", href: url.href, host: hostOf(url), port: url.port || "443", name: nameOf(url.pathname) };
}

/** Who signs in by ssh: no option, no expansion, nothing that a configuration file could read as more than a name. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const HOST = /^([a-z0-9_][a-z0-9._-]*|\[[0-9a-f:.]+\])$/;

function sshUrl(plain: string): GitAddress {
  const [, user = "git", place = "", path = ""] = /^ssh:\/\/(?:([^@/]*)@)?([^/@]+)(\/.+)$/i.exec(plain) ?? [];
  // Only the place goes through the parser, which knows every way to write an address of a host.
  const at = parsed(`https://${place}/`);
  if (!USER.test(user) || !HOST.test(at.hostname) || /[?#]/.test(path)) throw refused();
  const port = place.endsWith(":443") ? "443" : at.port || "22";
  const shown = port === "22" ? "" : `:${port}`;
  const href = `ssh://${user}@${at.hostname}${shown}${path}`;
  return { kind: "ssh", href, host: hostOf(at), port, name: nameOf(path) };
}

/** The path is the server's: relative to the home of the user there, unless it begins with a slash. */
function scpLike(plain: string): GitAddress {
  const [, user = "", place = "", path = ""] = /^([^@:/]+)@([^@:/[\]]+):(.+)$/.exec(plain) ?? [];
  const at = parsed(`https://${place}/`);
  if (!USER.test(user) || !HOST.test(at.hostname) || at.port !== "" || path.startsWith("-")) throw refused();
  return {
    kind: "ssh",
    href: `${user}@${at.hostname}:${path}`,
    host: hostOf(at),
    port: "22",
    name: nameOf(path),
  };
}

const refused = () => new AppError("git_scheme");

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refused();
  }
}

/** WHATWG has turned 0x7f.1, 2130706433 and full-width digits into 127.0.0.1 by now. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

function nameOf(path: string): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  return decodeURIComponentSafely(last).replace(/\.git$/, "");
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A branch that git may be told of; an empty one means the default branch. AppError git_branch_invalid. */
export function gitBranch(text: string | undefined): string | undefined {
  const branch = text?.trim() ?? "";
  if (branch === "") return undefined;
  if (!isGitBranch(branch)) throw new AppError("git_branch_invalid", { branch: branch.slice(0, 100) });
  return branch;
}
