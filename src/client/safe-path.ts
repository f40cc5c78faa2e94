/** Any address that is not a real one: what leads away from it leads to another site. */
const HERE = "http://panel.invalid";

/**
 * Where to go after signing in: a path of this panel only, never another site. Read as browsers read it, who leave out tabs and line ends
 * and take a backslash for a slash.
 */
export function safePath(path: string | null | undefined): string {
  if (!path?.startsWith("/") || !URL.canParse(path, HERE)) return "/";
  const { origin, pathname, search, hash } = new URL(path, HERE);
  // A path of two slashes would be another site when it is read again.
  if (origin !== HERE || pathname.startsWith("//")) return "/";
  return /^\/(sign-in|setup)(\/|$)/.test(pathname) ? "/" : pathname + search + hash;
}
