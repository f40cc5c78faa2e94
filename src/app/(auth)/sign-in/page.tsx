import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SignInForm } from "#components/account/sign-in-form";
import { currentActor, discordOffered, setupNeeded } from "#server/page";

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
  // Discord leads everybody back here whom it refuses, also who went there to link their account.
  if (error !== undefined && (await currentActor())) redirect("/account?error=discord_failed#discord");
  const t = await getTranslations("error");
  const refused = error === undefined ? null : t(error === "discord_unknown" ? "discord_unknown" : "discord_failed");
  return (
    <SignInForm
      next={typeof next === "string" ? next : null}
      refused={refused}
      discord={discordOffered()}
      asksCode={step === "code"}
    />
  );
}
