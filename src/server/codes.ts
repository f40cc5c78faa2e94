import { createHash, randomBytes } from "node:crypto";

/** A code that nobody guesses: 256 random bits. */
export const newCode = (): string => randomBytes(32).toString("base64url");

/** How such a code is stored, SHA-256 in hex: who reads the table has none of them, and random bits by the hundred need no slow hash. */
export const hashCode = (code: string): string => createHash("sha256").update(code).digest("hex");
