import { useTranslations } from "next-intl";
import { z } from "zod";

const changes = z
  .array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
  .catch([]);

/** Which fields were changed, as they were and as they are; secrets came masked. */
export function Changes({ of }: { of: unknown }) {
  const t = useTranslations("activity");
  const all = changes.parse(of);
  if (all.length === 0) return null;
  return (
    <details className="text-xs">
      <summary className="w-fit cursor-pointer rounded text-link outline-none focus-visible:ring-2 focus-visible:ring-ring">
        {t("changes", { count: all.length })}
      </summary>
      <dl className="mt-1 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-md bg-secondary p-2 font-mono">
        {all.map(({ field, before, after }) => (
          <div key={field} className="contents">
            <dt className="text-muted-foreground">{field}</dt>
            <dd className="wrap-anywhere">
              {before === null ? null : <del>{before}</del>}
              {before !== null && after !== null ? " → " : null}
              {after === null ? null : <ins className="no-underline">{after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
