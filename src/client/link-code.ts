/**
 * The code behind the # of the address, as `#<code>` or `#code=<code>`, once: it is taken out of the address, and has never reached a
 * server's log. Null where there is none.
 */
export function takeLinkCode(): string | null {
  // As it stands: no sign of a code has to be written otherwise in an address.
  const code = window.location.hash.replace(/^#(code=)?/, "").trim();
  if (!code) return null;
  // Not at once: Next writes the address it was opened with while it wakes up.
  setTimeout(() => window.history.replaceState(null, "", window.location.pathname));
  return code;
}
