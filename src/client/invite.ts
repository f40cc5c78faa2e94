import { takeLinkCode } from "./link-code";

const KEY = "botyard-invite";

/** Keeps the code of an invite in this tab while its reader signs in. */
export const keepInvite = (code: string): void => window.sessionStorage.setItem(KEY, code);

/** The code of the invite that led here, or the one that was kept; it stays in neither place. */
export function takeInvite(): string | null {
  const code = takeLinkCode() ?? window.sessionStorage.getItem(KEY);
  window.sessionStorage.removeItem(KEY);
  return code;
}
