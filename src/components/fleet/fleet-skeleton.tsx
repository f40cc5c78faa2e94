import { useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const rows = ["a", "b", "c", "d", "e", "f"];

/** The fleet while it loads. */
export function FleetSkeleton() {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")}>
      <Skeleton className="mb-6 h-9 w-40" />
      <Skeleton className="mb-5 h-24 w-full rounded-xl" />
      <Card>
        {rows.map((row) => (
          <div key={row} className="flex items-center gap-4 border-border border-b p-4 last:border-0">
            <Skeleton className="size-4" />
            <div className="flex flex-1 flex-col gap-2">
              <Skeleton className="h-4 w-1/3" />
              <Skeleton className="h-3 w-1/2" />
            </div>
            <Skeleton className="h-6 w-20 rounded-full" />
            <Skeleton className="hidden h-8 w-28 md:block" />
          </div>
        ))}
      </Card>
    </div>
  );
}
