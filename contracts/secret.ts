/**
 * What a key file under secrets/ holds: 32 random bytes as one line of 64 hex digits, mode 0600. seal.key, ticket.key and
 * session.key are used as those 32 bytes; cli.key is shown as its text, `Authorization: Bearer <64 hex digits>`.
 */
export const KEY_BYTES = 32;

/** The bytes of a key file's text. A file that was cut or edited is refused rather than used as a weak key. */
export function keyBytes(text: string): Uint8Array {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error("a key file must hold one line of 64 hex digits");
  return Uint8Array.from({ length: KEY_BYTES }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}
