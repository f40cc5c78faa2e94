import { Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Ago } from "../../live/time";
import { Button } from "../../ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "../../ui/table";
import { SecretValue } from "./secret-value";
import type { Variable } from "./variables";

/** Variables but the token, by name. */
export function EnvTable({
  variables,
  writes,
  onEdit,
  onRemove,
}: {
  variables: readonly Variable[];
  writes: boolean;
  onEdit: (variable: Variable) => void;
  onRemove: (variable: Variable) => void;
}) {
  const t = useTranslations("environment");
  return (
    <div className="overflow-hidden rounded-xl border border-border bg-card">
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead scope="col">{t("key")}</TableHead>
            <TableHead scope="col">{t("value")}</TableHead>
            <TableHead scope="col" className="max-sm:hidden">
              {t("changed")}
            </TableHead>
            {writes ? (
              <TableHead scope="col">
                <span className="sr-only">{t("actions")}</span>
              </TableHead>
            ) : null}
          </TableRow>
        </TableHeader>
        <TableBody>
          {variables.map((variable) => (
            <TableRow key={variable.key} data-variable={variable.key}>
              <TableCell className="wrap-anywhere min-w-28 font-mono">{variable.key}</TableCell>
              <TableCell className="max-w-64 sm:max-w-96">
                {variable.secret ? (
                  <SecretValue key={variable.updatedAt} name={variable.key} />
                ) : variable.value ? (
                  <span className="block truncate font-mono" title={variable.value}>
                    {variable.value}
                  </span>
                ) : (
                  <span className="text-muted-foreground">{t("emptyValue")}</span>
                )}
              </TableCell>
              <TableCell className="whitespace-nowrap text-muted-foreground max-sm:hidden">
                <Ago at={variable.updatedAt} />
              </TableCell>
              {writes ? (
                <TableCell className="w-0 whitespace-nowrap text-right">
                  <Button
                    variant="ghost"
                    size="icon-sm"
                    aria-label={t("editLabel", { key: variable.key })}
                    onClick={() => onEdit(variable)}
                  >
                    <Pencil aria-hidden />
                  </Button>
                  <Button
                    variant="ghost"
                    size="icon-sm"
                    aria-label={t("removeLabel", { key: variable.key })}
                    onClick={() => onRemove(variable)}
                  >
                    <Trash2 aria-hidden />
                  </Button>
                </TableCell>
              ) : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
