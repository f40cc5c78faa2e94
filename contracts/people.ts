import { z } from "zod";
import { role } from "./access";
import { network } from "./network";
import { at } from "./process";

/** What the bots of one person may use together; null: no limit. Admins have none, as they could lift it themselves. */
export const userLimits = z.object({
  /** How many bots. */
  bots: z.number().int().min(0).max(10_000).nullable(),
  /** The sum of their memory limits, MB; each must have one then. */
  memoryMb: z.number().int().min(0).max(16_777_216).nullable(),
  /** The sum of their disk limits, MB; each must have one then. */
  diskMb: z.number().int().min(0).max(16_777_216).nullable(),
});
export type UserLimits = z.infer<typeof userLimits>;

/** What the bots of one person use together: how many there are, and the sums of their memory and disk limits, MB. */
export const userUsage = z.object({ bots: z.number().int(), memoryMb: z.number().int(), diskMb: z.number().int() });
export type UserUsage = z.infer<typeof userUsage>;

/** An account as admins see it. */
export const userView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  createdAt: at,
  /** Null: it may sign in. */
  disabledAt: at.nullable(),
  /** Last seen in a browser or by a key; null: never. */
  lastSeenAt: at.nullable(),
  /** Limits of their own; null: those of the panel hold. */
  limits: userLimits.nullable(),
  /** The limits that hold for them now. */
  bounds: userLimits,
  usage: userUsage,
  /** Whether a second factor is asked for. */
  twoFactor: z.boolean(),
  /** How many API keys they have. */
  keys: z.number().int(),
});
export type UserView = z.infer<typeof userView>;

/** What a ban names: an address or network, an e-mail or its domain, a Discord account. */
export const banKind = z.enum(["network", "email", "discord"]);
export type BanKind = z.infer<typeof banKind>;

/** Who is kept out, and why. */
export const banView = z.object({
  id: z.string(),
  kind: banKind,
  /** An address or network; an e-mail, or a domain as `@example.com`; the id of a Discord account. */
  value: z.string(),
  reason: z.string(),
  createdAt: at,
  /** Null: until it is lifted. */
  until: at.nullable(),
});
export type BanView = z.infer<typeof banView>;

const terms = {
  /** Shown to whoever is banned. */
  reason: z.string().trim().max(200).default(""),
  until: at.nullable().default(null),
};
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^@[\p{L}\p{N}.-]+\.[\p{L}\p{N}-]+$/u, "ban_invalid");

/** Whom to keep out. */
export const banRequest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("network"), value: network, ...terms }),
  z.object({
    kind: z.literal("email"),
    value: z.union([domain, z.string().trim().toLowerCase().max(254).email("ban_invalid")], { error: "ban_invalid" }),
    ...terms,
  }),
  z.object({
    kind: z.literal("discord"),
    value: z
      .string()
      .trim()
      .regex(/^\d{5,25}$/, "ban_invalid"),
    ...terms,
  }),
]);
export type BanRequest = z.output<typeof banRequest>;
