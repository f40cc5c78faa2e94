import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { passkeyAnswer } from "#contracts/passkey";
import { clientOf } from "./address";
import { readCookie, writeCookie } from "./cookies";
import { Bug, toldOf, UNEXPECTED } from "./failure";
import { checkPasskey } from "./passkeys/sign-in";
import { livesFor } from "./pending";
import { checkPassword, firstStep, type SignedIn, secondStep } from "./sign-in";

/** What a browser carries between the two steps; it opens nothing by itself. */
const STEP_COOKIE = "step";

const forms = {
  credentials: z.object({
    email: z
      .string()
      .max(254)
      .regex(/^[^\0]*$/),
    password: z.string().max(200),
  }),
  "second-factor": z.object({ code: z.string().max(50) }),
  passkey: z.object({ ticket: z.string().max(100), answer: z.string().max(15_000) }),
};
type Form = keyof typeof forms;

/** The ways to sign in by a form of ours, for one request. `cookies`: what its answer sets. */
export function formWays(headers: Headers, cookies: string[]) {
  const { address } = clientOf(headers);
  const ways: { [Name in Form]: (given: z.infer<(typeof forms)[Name]>) => Promise<SignedIn> } = {
    async credentials({ email, password }) {
      const user = await checkPassword(email, password, address);
      await askSecond(user, "password", cookies);
      return { id: user.id, via: "password", tokenVersion: user.tokenVersion };
    },
    async "second-factor"({ code }) {
      const found = await secondStep(readCookie(headers, STEP_COOKIE), code, address);
      cookies.push(writeCookie(STEP_COOKIE, "", 0));
      return found;
    },
    async passkey({ ticket, answer }) {
      const { user, verified } = await checkPasskey(ticket, readAnswer(answer), headers);
      // Something they have and something they know or are: that is two.
      if (!verified) await askSecond(user, "passkey", cookies);
      return { id: user.id, via: "passkey", tokenVersion: user.tokenVersion };
    },
  };
  return [
    way("credentials", ways.credentials, ["email", "password"]),
    way("second-factor", ways["second-factor"], ["code"]),
    way("passkey", ways.passkey, ["ticket", "answer"]),
  ];
}

/** Carries the first step to the second. */
export const stepCookie = (step: string): string => writeCookie(STEP_COOKIE, step, livesFor("secondFactor"));

/** Stops a sign-in after its first step where the person has a second factor. AppError second_factor_needed. */
async function askSecond(
  user: Parameters<typeof firstStep>[0],
  via: SignedIn["via"],
  cookies: string[],
): Promise<void> {
  const step = await firstStep(user, via);
  if (step === null) return;
  cookies.push(stepCookie(step));
  throw new AppError("second_factor_needed");
}

function readAnswer(text: string) {
  try {
    return passkeyAnswer.parse(JSON.parse(text));
  } catch {
    throw new AppError("passkey_refused");
  }
}

/** A way as next-auth takes it. Its refusals reach the form. */
const way = <Name extends Form>(
  id: Name,
  check: (given: z.infer<(typeof forms)[Name]>) => Promise<SignedIn>,
  fields: readonly string[],
) =>
  Credentials({
    id,
    credentials: Object.fromEntries(fields.map((field) => [field, {}])),
    async authorize(given) {
      try {
        const read = forms[id].safeParse(given);
        if (!read.success) throw new AppError("sign_in_failed");
        // The table gives a union of schemas for a way that is only known as a type.
        return await check(read.data as z.infer<(typeof forms)[Name]>);
      } catch (error) {
        // Its message is what the browser gets to see: of a bug never more than that it is one.
        throw new Error(refusalText(toldOf(error)));
      }
    },
  });

// next-auth carries one string back to the form: `code?name=value`.
function refusalText(told: ReturnType<typeof toldOf>): string {
  if (told instanceof Bug) return UNEXPECTED;
  const { code, values } = told;
  const entries = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? code : `${code}?${new URLSearchParams(entries)}`;
}
