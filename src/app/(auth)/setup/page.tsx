import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SetupForm } from "#components/account/setup-form";
import { setupNeeded } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("setup"))("title") };
}

export default async function SetupPage() {
  if (!(await setupNeeded())) redirect("/sign-in");
  return <SetupForm />;
}
