import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { TextPane } from "./text-pane";

/** A file's text with its secrets covered, until somebody wants to see them. */
export function CoveredView({ name, text, onShow }: { name: string; text: string; onShow: () => void }) {
  const t = useTranslations("files.covered");
  return (
    <TextPane label={t("label", { name })} text={text}>
      <span className="min-w-40 flex-1">{t("body", { name })}</span>
      <Button size="sm" variant="outline" onClick={onShow}>
        <Eye aria-hidden />
        {t("show")}
      </Button>
    </TextPane>
  );
}
