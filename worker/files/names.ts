import { randomInt } from "node:crypto";

/** A name that nobody else thinks of: 16 of a–z and 0–9. */
export const randomName = (): string => Array.from({ length: 16 }, () => randomInt(36).toString(36)).join("");
