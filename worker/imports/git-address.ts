import { AppError } from "#contracts/errors";

/** A git address that was looked at: `href` is the normal form, the only one git gets to see. */
export type GitAddress = { href: string; host: string; port: string; name: string };

/** Takes https addresses without user and password; everything else is git_scheme. */
export function gitAddress(text: string): GitAddress {
  const plain = text.trim();
  if (!/^https:\/\/[^/]/i.test(plain) || /[\u0000-\u0020\u007f\\]/.test(plain)) throw new AppError("git_scheme");
  let url: URL;
  try {
    url = new URL(plain);
  } catch {
    throw new AppError("git_scheme");
  }
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "" || url.hostname === "")
    throw new AppError("git_scheme");
  url.hash = "";
  const last = decodeURIComponentSafely(url.pathname.split("/").filter(Boolean).at(-1) ?? "");
  return {
    href: url.href,
    // WHATWG has turned 0x7f.1, 2130706433 and full-width digits into 127.0.0.1 by now.
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || "443",
    name: last.replace(/\.git$/, ""),
  };
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Holds a branch against the rules of git check-ref-format; an empty one means the default branch. */
export function gitBranch(text: string | undefined): string | undefined {
  const branch = text?.trim() ?? "";
  if (branch === "") return undefined;
  const bad =
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(branch) ||
    /^[-/.]|\/$|\.$|\.\.|\/\/|@\{|\/\.|\.lock(\/|$)/.test(branch) ||
    branch === "@";
  if (bad) throw new AppError("git_branch_invalid", { branch: branch.slice(0, 100) });
  return branch;
}
