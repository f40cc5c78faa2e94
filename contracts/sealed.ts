/** How a secret is sealed: AES-256-GCM under the 32 bytes of seal.key, with the bot's id and the key's name as additional data. */
export const SEALED = { version: "v1", algorithm: "aes-256-gcm", ivBytes: 12, keyBytes: 32 } as const;

/** The additional data that ties a sealed value to its place, so that it cannot be moved to another bot or name. */
export const sealedContext = (botId: string, key: string): string => `${botId}:${key}`;
