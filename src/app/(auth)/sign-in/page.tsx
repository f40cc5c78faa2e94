import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { safePath } from "#client/safe-path";
import { SignInForm } from "#components/account/sign-in-form";
import { attempt, currentActor, discordOffered, setupNeeded } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth"))("title") };
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  if (await setupNeeded()) redirect("/setup");
  const { next, error, step } = await searchParams;
  const path = safePath(typeof next === "string" ? next : null);
  const actor = await attempt(currentActor);
  if (actor.ok && actor.value && step === undefined) {
    // Discord leads everybody back here whom it refuses, also who went there to link their account. Others were led here between the end of
    // their session, as a tab of theirs changed the password, and the answer that brought that tab the next one.
    redirect(error === undefined ? path : "/account?error=discord_failed#discord");
  }
  const t = await getTranslations("error");
  const refused = error === undefined ? null : t(error === "discord_unknown" ? "discord_unknown" : "discord_failed");
  return <SignInForm next={path} refused={refused} discord={discordOffered()} asksCode={step === "code"} />;
}
