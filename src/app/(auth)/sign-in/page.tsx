import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SignInForm } from "#components/account/sign-in-form";
import { setupNeeded } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth"))("title") };
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  if (await setupNeeded()) redirect("/setup");
  const { next } = await searchParams;
  return <SignInForm next={typeof next === "string" ? next : null} />;
}
