import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DeviceForm } from "#components/account/device-form";
import { PageTitle } from "#components/layout/page-title";
import { requireActor } from "#server/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("device"))("title") };
}

/** Where a person allows a program that asks under a code. */
export default async function DevicePage({ searchParams }: { searchParams: Promise<{ code?: string | string[] }> }) {
  await requireActor();
  const { code } = await searchParams;
  const t = await getTranslations("device");
  return (
    <>
      <PageTitle title={t("title")} note={t("intro")} />
      <DeviceForm code={typeof code === "string" ? code.slice(0, 16) : ""} />
    </>
  );
}
