import { ArrowRight, Bot, Terminal } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Template } from "#contracts/template";
import { useRedrawn } from "../../live/use-return";
import { Badge } from "../../ui/badge";
import { EmptyState } from "../../ui/empty-state";
import type { Choice } from "./use-import";

/** Starter bots, one card each; a click takes it. */
export function TemplateCards({
  templates,
  onChoose,
}: {
  templates: readonly Template[] | null;
  onChoose: (choice: Choice) => void;
}) {
  const t = useTranslations("newBot.templates");
  useRedrawn(templates === null);
  if (!templates?.length) return <EmptyState icon={<Bot aria-hidden />} title={t(templates ? "none" : "away")} />;
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {templates.map((template) => {
        const Icon = template.token === "required" ? Bot : Terminal;
        return (
          <li key={template.id} className="flex">
            <button
              type="button"
              onClick={() => onChoose({ kind: "template", template: template.id })}
              className="group flex w-full cursor-pointer items-start gap-4 rounded-xl border border-border bg-card p-5 text-left outline-none transition-colors hover:border-accent-line focus-visible:ring-2 focus-visible:ring-ring"
            >
              <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-link">
                <Icon className="size-5" aria-hidden />
              </span>
              <span className="flex min-w-0 flex-1 flex-col gap-1.5">
                <span className="font-semibold">{template.title}</span>
                <span className="text-muted-foreground text-sm">{template.description}</span>
                <span className="mt-1 flex flex-wrap gap-1.5">
                  <Badge variant="outline">{t("runtime", { runtime: template.runtime })}</Badge>
                  <Badge variant={template.token === "required" ? "outline" : "accent"}>
                    {t(template.token === "required" ? "needsToken" : "noToken")}
                  </Badge>
                </span>
              </span>
              <ArrowRight
                className="mt-1 size-4 shrink-0 text-muted-foreground transition-transform group-hover:translate-x-0.5 motion-reduce:transition-none"
                aria-hidden
              />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
