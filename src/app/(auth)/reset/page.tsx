import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ResetForm } from "#components/account/reset-form";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("reset"))("title") };
}

export default function ResetPage() {
  return <ResetForm />;
}
