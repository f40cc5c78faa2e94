import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

/** A file's text with its secrets covered, until somebody wants to see them. */
export function CoveredView({ name, text, onShow }: { name: string; text: string; onShow: () => void }) {
  const t = useTranslations("files.covered");
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-border border-b px-3 py-2 text-muted-foreground text-xs">
        <span className="min-w-40 flex-1">{t("body", { name })}</span>
        <Button size="sm" variant="outline" onClick={onShow}>
          <Eye aria-hidden />
          {t("show")}
        </Button>
      </div>
      <section
        aria-label={t("label", { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset"
      >
        <pre className="p-3 font-mono text-xs leading-5">{text}</pre>
      </section>
    </div>
  );
}
