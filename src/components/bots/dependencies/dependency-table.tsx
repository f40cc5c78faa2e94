import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Dependency, DependencyReport } from "#contracts/dependencies";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "../../ui/table";

const looks = { ok: "running", missing: "danger", other: "waiting", unknown: "outline" } as const satisfies Record<
  Dependency["state"],
  string
>;

/** What the manifest asks for, a line each. */
export function DependencyTable({
  dependencies,
  report,
  main,
  onRemove,
}: {
  dependencies: readonly Dependency[];
  report: DependencyReport | null;
  /** The file that most stand in: only others are named. */
  main: string | undefined;
  /** Null: the viewer may not, or something is under way. */
  onRemove: ((name: string) => void) | null;
}) {
  const t = useTranslations("dependencies");
  const newer = new Map(report?.outdated?.map(({ name, latest }) => [name.toLowerCase(), latest]));
  return (
    <div className="overflow-hidden rounded-xl border border-border bg-card">
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead scope="col">{t("package")}</TableHead>
            <TableHead scope="col">{t("asked")}</TableHead>
            <TableHead scope="col">{t("installed")}</TableHead>
            <TableHead scope="col">{t("state")}</TableHead>
            <TableHead scope="col">
              <span className="sr-only">{t("actions")}</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {dependencies.map(({ name, wanted, file, group, installed, state }) => {
            const latest = newer.get(name.toLowerCase());
            return (
              <TableRow key={`${file} ${group} ${name}`} data-package={name}>
                <TableCell className="wrap-anywhere min-w-32">
                  <span className="font-mono">{name}</span>
                  {group === "main" ? null : (
                    <span className="ml-2 text-muted-foreground text-xs">{t(`groups.${group}`)}</span>
                  )}
                  {file === main ? null : (
                    <span className="block text-muted-foreground text-xs">{t("in", { file })}</span>
                  )}
                </TableCell>
                <TableCell className="max-w-48 truncate font-mono text-muted-foreground" title={wanted}>
                  {wanted || t("any")}
                </TableCell>
                <TableCell className="whitespace-nowrap font-mono">
                  {installed ?? "–"}
                  {latest && latest !== installed ? (
                    <span className="block font-sans text-waiting text-xs">{t("newer", { latest })}</span>
                  ) : null}
                </TableCell>
                <TableCell>
                  <Badge variant={looks[state]}>{t(`states.${state}`)}</Badge>
                </TableCell>
                <TableCell className="w-0 text-right">
                  {onRemove ? (
                    <Button
                      variant="ghost"
                      size="icon-sm"
                      aria-label={t("removeLabel", { name })}
                      onClick={() => onRemove(name)}
                    >
                      <Trash2 aria-hidden />
                    </Button>
                  ) : null}
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </div>
  );
}
