const KEY = "botyard-invite";

/** Keeps the code of an invite in this tab while its reader signs in. */
export const keepInvite = (code: string): void => window.sessionStorage.setItem(KEY, code);

/** The code of the invite in this tab's address, behind its #, or the one that was kept; it stays in neither. */
export function takeInvite(): string | null {
  const code = decodeURIComponent(window.location.hash.slice(1)).trim() || window.sessionStorage.getItem(KEY);
  window.sessionStorage.removeItem(KEY);
  // Not at once: Next writes the address it was opened with while it wakes up.
  setTimeout(() => window.history.replaceState(null, "", window.location.pathname));
  return code;
}
