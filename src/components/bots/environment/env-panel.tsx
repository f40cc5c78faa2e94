"use client";

import { Download, FileUp, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { TOKEN_KEY } from "#contracts/bot";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { EmptyState } from "../../ui/empty-state";
import { useThisBot } from "../bot/this-bot";
import { RestartHint } from "../restart-hint";
import { EnvTable } from "./env-table";
import { ExportDialog } from "./export-dialog";
import { ImportDialog } from "./import-dialog";
import { TokenRow } from "./token-row";
import { TomlSection } from "./toml-section";
import { VariableDialog } from "./variable-dialog";
import { useVariables, type Variable } from "./variables";

/** What is open above the table. */
type Open = { what: "add" | "import" | "export" } | { what: "edit" | "remove"; variable: Variable } | null;

/** A bot's variables: the token first, secrets hidden, changes taken at the next start. */
export function EnvPanel({ initial }: { initial: readonly Variable[] }) {
  const t = useTranslations("environment");
  const { view, live, allows } = useThisBot();
  const { variables, changed, set, unset } = useVariables(view.id, initial);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const remove = async (key: string) => {
    await unset(key);
    toast.success(t("removed", { key }));
  };
  const writes = allows("env:write");
  const token = variables.find(({ key }) => key === TOKEN_KEY);
  const others = variables.filter(({ key }) => key !== TOKEN_KEY);
  const add = (
    <Button size="sm" onClick={() => setOpen({ what: "add" })}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <p className="text-muted-foreground text-sm">{t(writes ? "intro" : "readOnly")}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {allows("env:reveal") && variables.length > 0 ? (
            <Button size="sm" variant="outline" onClick={() => setOpen({ what: "export" })}>
              <Download aria-hidden />
              {t("export")}
            </Button>
          ) : null}
          {writes ? (
            <Button size="sm" variant="outline" onClick={() => setOpen({ what: "import" })}>
              <FileUp aria-hidden />
              {t("import")}
            </Button>
          ) : null}
          {writes && others.length > 0 ? add : null}
        </div>
      </div>
      {live?.oldEnvironment ? <RestartHint words={t("restartNeeded")} /> : null}
      <TokenRow token={token} writes={writes} onSave={(value) => set({ key: TOKEN_KEY, value, secret: true })} />
      {others.length > 0 ? (
        <EnvTable
          variables={others}
          writes={writes}
          onEdit={(variable) => setOpen({ what: "edit", variable })}
          onRemove={(variable) => setOpen({ what: "remove", variable })}
        />
      ) : (
        <EmptyState title={t("none")} description={t("noneHint")}>
          {writes ? add : null}
        </EmptyState>
      )}
      <TomlSection />
      {open?.what === "add" ? (
        <VariableDialog taken={variables.map(({ key }) => key)} onSave={set} onClose={close} />
      ) : null}
      {open?.what === "edit" ? (
        <VariableDialog variable={open.variable} taken={[]} onSave={set} onClose={close} />
      ) : null}
      {open?.what === "import" ? <ImportDialog botId={view.id} onDone={changed} onClose={close} /> : null}
      {open?.what === "export" ? <ExportDialog bot={view} onClose={close} /> : null}
      {open?.what === "remove" ? (
        <ConfirmDialog
          title={t("removeTitle", { key: open.variable.key })}
          body={t("removeBody")}
          action={t("remove")}
          destructive
          onConfirm={() => remove(open.variable.key)}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
