import { z } from "zod";
import { at } from "../process";
import { operation } from "./base";
import { personName } from "./panel";
import { present } from "./sign-in";

/*
 * Signing in a program that has no browser, in the manner of RFC 8628: it shows a short code, a person types it into the page and allows it,
 * and the program, which asks meanwhile, gets an API key of theirs.
 */

/** How long a code lives, and how often a program asks at most, ms. */
export const DEVICE = { livesMs: 10 * 60_000, askEveryMs: 2_000 } as const;

/** As people see it: eight signs of an alphabet without vowels, so that it makes no words. */
export const userCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-?[BCDFGHJKLMNPQRSTVWXZ]{4}$/, "device_code_unknown")
  .transform((text) => text.replace("-", ""));

/** What the key is to be good for: everything its maker may, or looking on. */
export const deviceReach = z.enum(["everything", "look"]);

const deviceCode = z.string().max(64);

export const device = {
  begin: operation
    .route({
      method: "POST",
      path: "/v1/device",
      summary: "Ask to sign a program in; a person allows it in the browser",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ name: personName.describe("What asks, such as the machine's name") }))
    .output(
      z.object({
        /** Known to the program only. */
        deviceCode: z.string(),
        userCode: z.string(),
        /** The page on which the code is typed, as seen from the panel's root. */
        page: z.string(),
        expiresAt: at,
        askEveryMs: z.number().int(),
      }),
    ),
  token: operation
    .route({
      method: "POST",
      path: "/v1/device/token",
      summary: "The key, once somebody has allowed it; it is shown only once",
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ deviceCode }))
    .output(
      z.discriminatedUnion("state", [
        z.object({ state: z.literal("waiting") }),
        z.object({ state: z.literal("allowed"), token: z.string(), name: z.string() }),
      ]),
    ),
  get: operation
    .route({
      method: "GET",
      path: "/v1/device/{userCode}",
      summary: "Which program asks with a code",
      tags: ["Account"],
    })
    .meta({ permission: "account" })
    .input(z.object({ userCode }))
    .output(z.object({ name: z.string(), address: z.string(), at })),
  decide: operation
    .route({
      method: "POST",
      path: "/v1/device/{userCode}",
      summary: "Allow or refuse the program that asks with a code",
      description: "Allowing gives it a key, and needs your password, if you have one.",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ userCode, allow: z.boolean(), reach: deviceReach.default("everything"), password: present }))
    .output(z.object({})),
};
